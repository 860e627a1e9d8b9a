import { chmodSync, chownSync, mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startDisplay } from '../../build/services/display.ts'
import type { Display } from '../../build/services/display.ts'
import { packApp } from './packed-app.ts'
import type { PackedApp } from './packed-app.ts'
import { invoke, startShell, writeWrapper } from './running-shell.ts'
import type { RunningShell } from './running-shell.ts'

/** `nobody`: Chromium's sandbox refuses to start as root, and a gate's kiosk runs as an ordinary user anyway. */
const ordinaryUser = 65_534
let packed: PackedApp
let display: Display
let shell: RunningShell

const asOrdinaryUser = (home: string): string => {
  mkdirSync(home, { recursive: true })
  if (process.getuid?.() !== 0) return packed.executable
  chownSync(home, ordinaryUser, ordinaryUser)
  const ids = `--reuid ${ordinaryUser} --regid ${ordinaryUser} --clear-groups`
  return writeWrapper(
    packed.folder,
    'as-nobody',
    `HOME='${home}' exec setpriv ${ids} '${packed.executable}' "$@"`,
  )
}

beforeAll(async () => {
  packed = await packApp()
  display = await startDisplay()
  const home = join(packed.folder, 'home')
  const executable = asOrdinaryUser(home)
  chmodSync(packed.folder, 0o755)
  const profile = join(home, 'profile')
  shell = await startShell({
    executable,
    display: display.name,
    profile,
    args: [],
    environment: { CHOWKI_FIXED_CAMERA: 'TEST:' },
  })
}, 120_000)

afterAll(async () => {
  await shell?.app.close()
  await display?.stop()
  packed?.remove()
})

const statusOf = (pid: number): Record<string, string> =>
  Object.fromEntries(
    readFileSync(`/proc/${pid}/status`, 'utf8')
      .split('\n')
      .map((line) => line.split(':\t') as [string, string]),
  )

it('S5 as an ordinary user every page runs in the sandbox: filtered system calls, no privileges, a process space of its own', async () => {
  expect(await shell.app.evaluate(({ app }) => app.commandLine.hasSwitch('no-sandbox'))).toBe(false)
  const renderer = await shell.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId(),
  )
  const status = statusOf(renderer ?? 0)
  expect(status['Uid']?.split('\t')[0]).toBe(
    String(process.getuid?.() === 0 ? ordinaryUser : process.getuid?.()),
  )
  expect(status['Seccomp']).toBe('2')
  expect(status['NoNewPrivs']).toBe('1')
  expect(Number.parseInt(status['CapEff'] ?? '', 16)).toBe(0)
  expect(status['NSpid']?.split('\t').length).toBeGreaterThan(1)
})

it('S4 S7 S8 the shell works there: key, camera, page', async () => {
  expect(await invoke(shell.page, 'secure-store:data-key')).toMatchObject({ ok: true })
  expect(await invoke(shell.page, 'camera:take')).toMatchObject({ ok: true })
  expect(readdirSync(join(packed.folder, 'home', 'profile', 'secure'))).toEqual(['data-key.json'])
})
