import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDisplay } from '../../build/services/display.ts'
import type { Display } from '../../build/services/display.ts'
import { packApp } from './packed-app.ts'
import type { PackedApp } from './packed-app.ts'
import { invoke, startShell } from './running-shell.ts'
import type { RunningShell } from './running-shell.ts'

let packed: PackedApp
let display: Display
let shell: RunningShell

beforeAll(async () => {
  packed = await packApp()
  display = await startDisplay()
  shell = await startShell({
    executable: packed.executable,
    display: display.name,
    profile: join(packed.folder, 'profile'),
    environment: { CHOWKI_FIXED_CAMERA: 'TEST:' },
    args: ['--no-sandbox', '--use-fake-device-for-media-stream'],
  })
}, 120_000)

afterAll(async () => {
  await shell?.app.close()
  await display?.stop()
  packed?.remove()
})

/** A script that the page itself would add, as an injected one might. */
const addScript = (code: string): Promise<unknown> =>
  shell.page.evaluate(async (text) => {
    const script = document.createElement('script')
    script.src = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }))
    const outcome = new Promise((resolve) => {
      script.addEventListener('load', () => resolve('ran'))
      script.addEventListener('error', () => resolve('refused'))
    })
    document.body.append(script)
    return await outcome
  }, code)

describe('S1 the page', () => {
  it('is chowki://kiosk/, in a secure context, with its policy', async () => {
    expect(shell.page.url()).toBe('chowki://kiosk/')
    const found = await shell.page.evaluate(async () => ({
      secure: isSecureContext,
      policy: (await fetch('/')).headers.get('content-security-policy'),
      missing: (await fetch('/nothing.js')).status,
      outside: (await fetch('/%2e%2e%2fpackage.json')).status,
      shell: (await fetch('/..%2f..%2felectron/dist/main.js')).status,
    }))
    expect(found).toMatchObject({ secure: true, missing: 404, outside: 404, shell: 404 })
    expect(found.policy).toContain("default-src 'none'")
  })
})

describe('S5 the page can', () => {
  it('not reach Node, nor anything of the shell but invoke', async () => {
    const found = await shell.page.evaluate(() => ({
      types: ['require', 'process', 'module', 'Buffer', 'electron'].map(
        (name) => typeof Reflect.get(globalThis, name),
      ),
      bridge: Object.keys(Reflect.get(globalThis, 'chowki') as object),
    }))
    expect(found).toEqual({ types: Array(5).fill('undefined'), bridge: ['invoke'] })
  })

  it('not evaluate text, but compile WebAssembly', async () => {
    const found = await shell.page.evaluate(async () => {
      const nameOf = (work: () => unknown): string => {
        try {
          work()
          return 'ran'
        } catch (error) {
          return error instanceof Error ? error.name : 'thrown'
        }
      }
      const wasm = await WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))
      return { made: nameOf(() => new Function('return 1')()), wasm: wasm instanceof WebAssembly.Module }
    })
    expect(found).toEqual({ made: 'EvalError', wasm: true })
    expect(await addScript('globalThis.slipped = 1')).toBe('refused')
  })

  it('not talk to any other host', async () => {
    const targets = ['https://example.com/', 'http://127.0.0.1:9/', 'chowki://other/', 'file:///etc/passwd']
    const answers = await shell.page.evaluate(
      async (urls) =>
        await Promise.all(
          urls.map((url) =>
            fetch(url).then(
              () => 'reached',
              () => 'refused',
            ),
          ),
        ),
      targets,
    )
    expect(answers).toEqual(targets.map(() => 'refused'))
    const beyond = await shell.page.evaluate(
      () =>
        new Promise((resolve) => {
          const image = new Image()
          image.addEventListener('load', () => resolve('reached'))
          image.addEventListener('error', () => resolve('refused'))
          image.src = 'http://127.0.0.1:9/pixel.png?visitor=1'
        }),
    )
    expect(beyond).toBe('refused')
  })

  it('not open a window, navigate away, or load a webview', async () => {
    const opened = await shell.page.evaluate(() => window.open('https://example.com/') === null)
    expect(opened).toBe(true)
    for (const url of [
      'https://example.com/',
      'chowki://other/',
      'data:text/html,hi',
      'file:///etc/passwd',
    ]) {
      await shell.page.evaluate((to) => (location.href = to), url)
    }
    await shell.page.evaluate(() => {
      const link = document.createElement('a')
      link.href = 'https://example.com/'
      link.target = '_blank'
      document.body.append(link)
      link.click()
    })
    await shell.page.waitForTimeout(300)
    const windows = await shell.app.evaluate(({ webContents }) =>
      webContents.getAllWebContents().map((contents) => contents.getURL()),
    )
    expect(windows).toEqual(['chowki://kiosk/'])
    const webview = await shell.page.evaluate(
      () => typeof Reflect.get(document.createElement('webview'), 'loadURL'),
    )
    expect(webview).toBe('undefined')
  })

  it('use the camera’s picture and lasting storage, and no other permission', async () => {
    const found = await shell.page.evaluate(async () => {
      const media = (constraints: MediaStreamConstraints): Promise<string> =>
        navigator.mediaDevices.getUserMedia(constraints).then(
          (stream) => {
            stream.getTracks().forEach((track) => track.stop())
            return 'given'
          },
          (error: unknown) => (error instanceof Error ? error.name : 'thrown'),
        )
      return {
        video: await media({ video: true }),
        audio: await media({ audio: true }),
        both: await media({ audio: true, video: true }),
        lasting: await navigator.storage.persist(),
        notifications: await Notification.requestPermission(),
        place: await new Promise((resolve) =>
          navigator.geolocation.getCurrentPosition(
            () => resolve('given'),
            () => resolve('refused'),
          ),
        ),
        clipboard: await navigator.clipboard.readText().then(
          () => 'given',
          () => 'refused',
        ),
      }
    })
    expect(found).toMatchObject({
      video: 'given',
      lasting: true,
      notifications: 'denied',
      place: 'refused',
      clipboard: 'refused',
    })
    expect(found.audio).not.toBe('given')
    expect(found.both).not.toBe('given')
  })

  it('not be looked into with developer tools in a packed app', async () => {
    const isOpen = await shell.app.evaluate(async ({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents
      contents?.openDevTools()
      await new Promise((resolve) => setTimeout(resolve, 300))
      return contents?.isDevToolsOpened()
    })
    expect(isOpen).toBe(false)
  })

  it('not be reloaded, closed or zoomed by a guard’s keys', async () => {
    await shell.page.evaluate(() => {
      document.body.dataset['mark'] = 'still here'
      document.getElementById('box')?.focus()
    })
    const press = async (...keys: string[]): Promise<void> => {
      const tool = spawn('xdotool', ['key', '--delay', '60', ...keys], {
        env: { ...process.env, DISPLAY: display.name },
      })
      const [code] = (await once(tool, 'exit')) as [number]
      expect(code).toBe(0)
    }
    // The letter proves that keys do arrive.
    await press(
      'a',
      'F5',
      'ctrl+r',
      'ctrl+shift+r',
      'ctrl+w',
      'ctrl+q',
      'ctrl+shift+i',
      'F12',
      'ctrl+plus',
      'alt+Left',
      'ctrl+o',
      'F11',
    )
    await shell.page.waitForTimeout(300)
    const found = await shell.page.evaluate(() => ({
      typed: (document.getElementById('box') as HTMLInputElement).value,
      mark: document.body.dataset['mark'],
    }))
    expect(found).toEqual({ typed: 'a', mark: 'still here' })
    expect(
      await shell.app.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]?.webContents.getZoomFactor(),
      ),
    ).toBe(1)
  })
})

describe('S4 IPC', () => {
  it('knows its channels only, and refuses what does not fit', async () => {
    await expect(invoke(shell.page, 'app:quit' as never)).rejects.toThrow('no such channel')
    await expect(invoke(shell.page, '__proto__' as never)).rejects.toThrow('no such channel')
    expect(await invoke(shell.page, 'server:choose', { serverUrl: 'file:///etc' })).toMatchObject({
      ok: false,
      error: { code: 'invalid_request', field: 'serverUrl' },
    })
  })

  it('refuses a window that is not the kiosk’s, even on the kiosk’s page and with its preload', async () => {
    const answers = await shell.app.evaluate(async ({ app, BrowserWindow }) => {
      const ask = async (url: string): Promise<unknown> => {
        const preload = `${app.getAppPath()}/electron/dist/preload.cjs`
        const other = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } })
        await other.loadURL(url)
        const answer: unknown = await other.webContents.executeJavaScript(
          "chowki.invoke('secure-store:data-key', null)",
        )
        other.destroy()
        return answer
      }
      return [await ask('chowki://kiosk/'), await ask('data:text/html,stranger')]
    })
    const refused = { ok: false, error: { code: 'sender_refused' } }
    expect(answers).toMatchObject([refused, refused])
  })

  it('is not there in a frame inside the page', async () => {
    const bridge = await shell.page.evaluate(() => {
      const frame = document.createElement('iframe')
      document.body.append(frame)
      const found = typeof Reflect.get(frame.contentWindow ?? {}, 'chowki')
      frame.remove()
      return found
    })
    expect(bridge).toBe('undefined')
  })

  it('refuses the kiosk’s own window once it shows a stranger, and serves it again at home', async () => {
    const answer = await shell.app.evaluate(async ({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents
      await contents?.loadURL('data:text/html,stranger')
      const asked: unknown = await contents?.executeJavaScript("chowki.invoke('secure-store:data-key', null)")
      await contents?.loadURL('chowki://kiosk/')
      return asked
    })
    expect(answer).toMatchObject({ ok: false, error: { code: 'sender_refused' } })
    // Playwright hears of the page at home a moment later than the window itself.
    await shell.page.waitForSelector('body[data-ready]')
    expect(await invoke(shell.page, 'secure-store:data-key')).toMatchObject({ ok: true })
  })

  it('tells where the data key lies, and what it was started with', async () => {
    expect(await invoke(shell.page, 'app:diagnostics')).toMatchObject({
      ok: true,
      value: { keyStore: 'file', fixedCamera: 'TEST:', serverUrl: null, freeDiskBytes: expect.any(Number) },
    })
    expect(await invoke(shell.page, 'app:launch')).toEqual({
      ok: true,
      value: { serverUrl: null, enrolmentCode: null, fixedCamera: true },
    })
  })

  it('S8 brings a picture of the fixed camera', async () => {
    const answer = (await invoke(shell.page, 'camera:take')) as { ok: boolean; value: { jpegBase64: string } }
    expect(answer.ok).toBe(true)
    expect(Buffer.from(answer.value.jpegBase64, 'base64').subarray(0, 3).toString('hex')).toBe('ffd8ff')
  })
})
