import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { startDisplay } from '../../build/services/display.ts'
import type { Display } from '../../build/services/display.ts'
import { packApp } from './packed-app.ts'
import type { PackedApp } from './packed-app.ts'
import { invoke, startShell, writeWrapper } from './running-shell.ts'
import type { RunningShell } from './running-shell.ts'

let packed: PackedApp
let display: Display
let shell: RunningShell | null = null

beforeAll(async () => {
  for (const program of ['dbus-run-session', 'gnome-keyring-daemon']) {
    // Without a real keyring these tests prove nothing, so its absence is a failure and not a skip.
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' })
  }
  packed = await packApp()
  display = await startDisplay()
}, 120_000)

afterEach(async () => {
  await shell?.app.close()
  shell = null
})

afterAll(async () => {
  await display?.stop()
  packed?.remove()
})

/** A session bus of its own with an unlocked keyring in the wrapper's home, as at a guard's login. */
const withKeyring = (home: string): string => {
  mkdirSync(join(home, 'run'), { recursive: true, mode: 0o700 })
  const places = `HOME='${home}' XDG_DATA_HOME='${home}/data' XDG_RUNTIME_DIR='${home}/run'`
  const session = `printf gate | gnome-keyring-daemon --unlock --components=secrets >/dev/null; exec "$0" "$@"`
  return writeWrapper(
    home,
    'with-keyring',
    `${places} exec dbus-run-session -- sh -c '${session}' '${packed.executable}' "$@"`,
  )
}

const start = async (executable: string, profile: string): Promise<RunningShell> => {
  shell = await startShell({ executable, display: display.name, profile })
  return shell
}

const keyOf = async ({ page }: RunningShell): Promise<unknown> => await invoke(page, 'secure-store:data-key')

it('S7 P7 a real keyring seals the data key, gives it back after a restart, and diagnostics name it', async () => {
  const home = join(packed.folder, 'guard')
  const profile = join(packed.folder, 'profile')
  const first = await start(withKeyring(home), profile)
  const key = (await keyOf(first)) as { ok: true; value: string }
  expect(key).toMatchObject({ ok: true })
  expect(await invoke(first.page, 'app:diagnostics')).toMatchObject({
    value: { keyStore: 'gnome_libsecret' },
  })
  const file = readFileSync(join(profile, 'secure', 'data-key.json'), 'utf8')
  expect(JSON.parse(file)).toMatchObject({ backend: 'gnome_libsecret' })
  expect(
    Buffer.from((JSON.parse(file) as { value: string }).value, 'base64').toString('latin1'),
  ).not.toContain(key.value)
  await first.app.close()

  const second = await start(withKeyring(home), profile)
  expect(await keyOf(second)).toEqual(key)
})

it('S7 P1 without its keyring, or with an empty one in its place, the key is refused and kept', async () => {
  const home = join(packed.folder, 'guard-2')
  const profile = join(packed.folder, 'profile-2')
  const first = await start(withKeyring(home), profile)
  const key = await keyOf(first)
  await first.app.close()
  const path = join(profile, 'secure', 'data-key.json')
  const before = readFileSync(path)
  const refused = { ok: false, error: { code: 'secure_store_unavailable', remedy: expect.any(String) } }

  const without = await start(packed.executable, profile)
  expect(await keyOf(without)).toMatchObject(refused)
  expect(await invoke(without.page, 'app:diagnostics')).toMatchObject({
    value: { keyStore: 'gnome_libsecret' },
  })
  await without.app.close()

  const other = await start(withKeyring(join(packed.folder, 'stranger')), profile)
  expect(await keyOf(other)).toMatchObject(refused)
  await other.app.close()
  expect(readFileSync(path)).toEqual(before)

  const again = await start(withKeyring(home), profile)
  expect(await keyOf(again)).toEqual(key)
  rmSync(path)
})
