import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { hostname } from 'node:os'
import { mkdirSync, readlinkSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { getCurrentFuseWire, FuseV1Options } from '@electron/fuses'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { packageRelease } from '../../build/package-app.mjs'
import { startDisplay } from '../../build/services/display.ts'
import type { Display } from '../../build/services/display.ts'
import { packApp } from './packed-app.ts'
import type { PackedApp } from './packed-app.ts'
import { startShell } from './running-shell.ts'
import type { RunningShell } from './running-shell.ts'

let packed: PackedApp
let display: Display
let shell: RunningShell | null = null
let profiles = 0

beforeAll(async () => {
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

const nextProfile = (): string => join(packed.folder, `profile-${(profiles += 1)}`)

const start = async (profile: string, environment: Record<string, string> = {}): Promise<RunningShell> => {
  shell = await startShell({ executable: packed.executable, display: display.name, profile, environment })
  return shell
}

/** Playwright loses a crashed page, so the shell itself is asked what its window shows. */
const bodyOf = ({ app }: RunningShell): Promise<unknown> =>
  app.evaluate(async ({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents
    if (contents === undefined || contents.isCrashed() || contents.isLoading()) return null
    const body: Promise<unknown> = contents.executeJavaScript(
      'document.body.dataset.ready + document.body.dataset.mark',
    )
    // A page that crashes meanwhile never answers.
    return await Promise.race([body, new Promise((resolve) => setTimeout(resolve, 500, 'no answer'))])
  })

const windowIds = ({ app }: RunningShell): Promise<number[]> =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.id))

/**
 * The window's title is the page's own, so it is there only once the page is. Asked again and again: xdotool ends with
 * BadWindow when a window of the start goes away while it looks.
 */
const waitForDesk = async (environment: NodeJS.ProcessEnv): Promise<void> => {
  const search = () =>
    spawnSync('xdotool', ['search', '--onlyvisible', '--name', '^Desk$'], { env: environment }).status
  await expect.poll(search, { timeout: 60_000 }).toBe(0)
}

describe('S6 the gate is back by itself', () => {
  it('after its page’s process crashed, twice in a row, with what it had stored', async () => {
    const running = await start(nextProfile())
    await running.page.evaluate(() => localStorage.setItem('visit', 'saved'))
    for (let crash = 0; crash < 2; crash += 1) {
      await running.app.evaluate(({ BrowserWindow }) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents
        void contents?.executeJavaScript("document.body.dataset.mark = 'before'")
        contents?.forcefullyCrashRenderer()
      })
      await expect.poll(() => bodyOf(running)).toBe('yesundefined')
    }
    const stored = await running.app.evaluate(
      async ({ BrowserWindow }) =>
        (await BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(
          "localStorage.getItem('visit')",
        )) as unknown,
    )
    expect(stored).toBe('saved')
    expect(running.log()).toContain('page process gone')
  })

  it('P3 after its page hung, so that no key was taken any more', async () => {
    // Without Playwright: Chromium forgives a page that hangs under a debugger.
    const environment = { ...process.env, DISPLAY: display.name, CHOWKI_USER_DATA: nextProfile() }
    const desk = spawn(packed.executable, ['--no-sandbox', '--disable-gpu'], {
      env: environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let written = ''
    desk.stderr.on('data', (chunk: Buffer) => (written += chunk.toString()))
    const gone = once(desk, 'exit')
    try {
      await waitForDesk(environment)
      // The second key is the one that gets no answer.
      execFileSync('xdotool', ['key', '--delay', '300', 'F2', 'a'], { env: environment })
      await expect.poll(() => written, { timeout: 60_000, interval: 500 }).toContain('page process gone')
      expect(written).toContain('page does not respond')
      await expect.poll(() => written.match(/page loaded/g)?.length).toBe(2)
    } finally {
      desk.kill()
      await gone
    }
  })

  it('P1 after its page closed the window, in kiosk mode', async () => {
    const running = await start(nextProfile(), { CHOWKI_KIOSK: '1' })
    const before = await windowIds(running)
    expect(
      await running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isKiosk()),
    ).toBe(true)
    await running.page.evaluate(() => window.close()).catch(() => undefined)
    await expect.poll(() => windowIds(running)).not.toEqual(before)
    await expect.poll(() => bodyOf(running)).toBe('yesundefined')
    expect(await windowIds(running)).toHaveLength(1)
  })

  it('and ends when the system asks it to', async () => {
    const running = await start(nextProfile(), { CHOWKI_KIOSK: '1' })
    const gone = once(running.app.process(), 'exit')
    running.app.process().kill('SIGTERM')
    await gone
    shell = null
  })

  it('and ends with its window where it is no kiosk', async () => {
    const running = await start(nextProfile())
    const gone = once(running.app.process(), 'exit')
    await running.app.evaluate(({ BrowserWindow }) =>
      setTimeout(() => BrowserWindow.getAllWindows()[0]?.close(), 50),
    )
    expect(await gone).toEqual([0, null])
    shell = null
  })
})

describe('S6 one shell for one profile', () => {
  const startAgain = async (profile: string): Promise<{ code: number | null; text: string }> => {
    const second = spawn(packed.executable, ['--no-sandbox', '--disable-gpu'], {
      env: { ...process.env, DISPLAY: display.name, CHOWKI_USER_DATA: profile, CHOWKI_KIOSK: '0' },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let text = ''
    second.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()))
    const [code] = (await once(second, 'exit')) as [number | null]
    return { code, text }
  }

  it('refuses a second with a word of why, and leaves the first as it is', async () => {
    const profile = nextProfile()
    const running = await start(profile)
    const windows = await windowIds(running)
    const second = await startAgain(profile)
    expect(second.code).toBe(1)
    expect(second.text).toContain('another instance uses this profile')
    expect(await windowIds(running)).toEqual(windows)
    expect(await bodyOf(running)).toBe('yesundefined')
  })

  it('lets another profile run beside it', async () => {
    await start(nextProfile())
    const other = await startShell({
      executable: packed.executable,
      display: display.name,
      profile: nextProfile(),
    })
    expect(await bodyOf(other)).toBe('yesundefined')
    await other.app.close()
  })

  it('P1 P3 starts again after a power cut, even if the machine has another name since', async () => {
    const profile = nextProfile()
    const first = await start(profile)
    await first.kill()
    shell = null
    const lock = join(profile, 'SingletonLock')
    expect(readlinkSync(lock)).toContain(hostname())
    rmSync(lock)
    symlinkSync('name-by-another-router-4242', lock)
    expect(await bodyOf(await start(profile))).toBe('yesundefined')
  })
})

describe('S9 the page’s storage', () => {
  it('P1 is rid of what a power cut left half written before its page opens', async () => {
    const profile = nextProfile()
    const folder = join(profile, 'IndexedDB', 'https_other_0.indexeddb.leveldb')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, '000003.log'), Buffer.alloc(99))
    await start(profile)
    expect(statSync(join(folder, '000003.log')).size).toBe(0)
  })
})

describe('S5 fuses', () => {
  const fusesOf = async (executable: string): Promise<Record<string, boolean>> => {
    const wire = await getCurrentFuseWire(executable)
    const isOn = (option: FuseV1Options): boolean => wire[option] === '1'.charCodeAt(0)
    return {
      runAsNode: isOn(FuseV1Options.RunAsNode),
      nodeOptions: isOn(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
      inspect: isOn(FuseV1Options.EnableNodeCliInspectArguments),
      cookieEncryption: isOn(FuseV1Options.EnableCookieEncryption),
      onlyAsar: isOn(FuseV1Options.OnlyLoadAppFromAsar),
      fileProtocol: isOn(FuseV1Options.GrantFileProtocolExtraPrivileges),
    }
  }
  const closed = {
    runAsNode: false,
    nodeOptions: false,
    cookieEncryption: true,
    onlyAsar: true,
    fileProtocol: false,
  }

  it('close every door but the one that tests come in by', async () => {
    expect(await fusesOf(packed.executable)).toEqual({ ...closed, inspect: true })
  })

  describe('in a release', () => {
    let release = ''
    beforeAll(async () => {
      const outDir = join(packed.folder, 'release')
      const electronDist = process.env['ELECTRON_OVERRIDE_DIST_PATH']
      await packageRelease({ outDir, electronDist, pageDir: join(packed.folder, 'page'), targets: ['dir'] })
      release = join(outDir, 'linux-unpacked', 'chowki')
    })

    it('close that one too', async () => {
      expect(await fusesOf(release)).toEqual({ ...closed, inspect: false })
    })

    it('let nobody drive the desk from outside, while it works', async () => {
      const args = ['--no-sandbox', '--disable-gpu', '--remote-debugging-port=0', '--inspect=0']
      const environment = { ...process.env, DISPLAY: display.name, CHOWKI_USER_DATA: nextProfile() }
      const desk = spawn(release, args, { env: environment, stdio: ['ignore', 'ignore', 'pipe'] })
      let written = ''
      desk.stderr.on('data', (chunk: Buffer) => (written += chunk.toString()))
      const gone = once(desk, 'exit')
      await waitForDesk(environment)
      desk.kill()
      await gone
      expect(written).not.toMatch(/listening on/)
    })
  })
})
