/** Some hundred hostile requests through the real bridge of the packed app, and strangers that send good ones. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { errorDescriptions } from '@chowki/shared/errors/codes.ts'
import { ipcChannels } from '@chowki/shared/ipc/channels.ts'
import type { IpcChannel } from '@chowki/shared/ipc/channels.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDisplay } from '../../build/services/display.ts'
import type { Display } from '../../build/services/display.ts'
import { sendHostileRequests } from './hostile-requests.ts'
import type { HostileOutcome } from './hostile-requests.ts'
import { packApp } from './packed-app.ts'
import type { PackedApp } from './packed-app.ts'
import { invoke, startShell } from './running-shell.ts'
import type { RunningShell } from './running-shell.ts'

const marker = 'Zq7Unrepeatable'
const channels = Object.keys(ipcChannels) as IpcChannel[]
const seed = 5_001

let packed: PackedApp
let display: Display
let shell: RunningShell
let dataKey: unknown
let outcomes: HostileOutcome[]

beforeAll(async () => {
  packed = await packApp()
  display = await startDisplay()
  shell = await startShell({
    executable: packed.executable,
    display: display.name,
    profile: join(packed.folder, 'profile'),
    args: ['--no-sandbox', '--js-flags=--expose-gc'],
  })
  dataKey = await invoke(shell.page, 'secure-store:data-key')
}, 120_000)

afterAll(async () => {
  await shell?.app.close()
  await display?.stop()
  packed?.remove()
})

/** Of the shell's own process, garbage collected. */
const heapBytes = (): Promise<number> =>
  shell.app.evaluate(() => {
    const collect = Reflect.get(globalThis, 'gc') as (() => void) | undefined
    if (!collect) throw new Error('There is no gc to call.')
    collect()
    collect()
    return process.memoryUsage().heapUsed
  })

const fire = (from: number): Promise<HostileOutcome[]> =>
  shell.page.evaluate(sendHostileRequests, { channels, marker, seed: from, drawnEach: 20 })

describe('S4 hostile requests through the real bridge', () => {
  it(`from seed ${seed} on, each get a Result with code, field and remedy`, async () => {
    outcomes = await fire(seed)
    expect(outcomes.length).toBeGreaterThan(channels.length * 80)
    for (const { channel, what, kind, answer, canTravel } of outcomes) {
      const place = `${channel}: ${what}: ${answer.slice(0, 200)}`
      expect(kind === 'answered' || !canTravel, place).toBe(true)
      if (kind === 'bridge') continue
      expect(JSON.parse(answer), place).toMatchObject({
        ok: false,
        error: {
          code: 'invalid_request',
          field: expect.stringMatching(/./),
          remedy: errorDescriptions.invalid_request.remedy,
        },
      })
      expect(answer, place).not.toContain(marker)
    }
    process.stdout.write(`fuzz of IPC: ${outcomes.length} requests, seed ${seed}\n`)
  })

  it('reach no service: the key and the server are as they were, and nothing else lies on the disk', async () => {
    expect(await invoke(shell.page, 'secure-store:data-key')).toEqual(dataKey)
    expect(await invoke(shell.page, 'app:diagnostics')).toMatchObject({
      ok: true,
      value: { serverUrl: null },
    })
    expect(readdirSync(join(packed.folder, 'profile', 'secure'))).toEqual(['data-key.json'])
  })

  it('are each logged by channel and code, and by nothing that was sent', () => {
    const refusals = outcomes.filter(({ kind }) => kind === 'answered').length
    expect(shell.log().split('"request refused"').length - 1).toBe(refusals)
    expect(shell.log()).not.toContain(marker)
  })

  it('leave no memory behind', async () => {
    const before = await heapBytes()
    const again = await fire(seed + 1)
    const grown = (await heapBytes()) - before
    // Some hundred requests, of two megabytes at most: one that stayed would show.
    expect(again.length).toBe(outcomes.length)
    expect(grown).toBeLessThan(1_000_000)
  })

  it('are refused where the channel does not exist, whatever is taken for its name', async () => {
    const outcomesOfNames = await shell.page.evaluate(async () => {
      const { invoke: ask } = Reflect.get(globalThis, 'chowki') as {
        invoke: (channel: unknown, request: unknown) => Promise<unknown>
      }
      const disguised = { toString: () => 'app:launch' }
      const names = [
        '__proto__',
        'constructor',
        'toString',
        '',
        'app:quit',
        'APP:LAUNCH',
        'app:launch ',
        'GUEST_VIEW',
      ]
      return Promise.all(
        [...names, null, 7, ['app:launch'], disguised, Object('app:launch')].map((name) =>
          ask(name, null).then(
            () => 'answered',
            (error: unknown) => String(error),
          ),
        ),
      )
    })
    for (const outcome of outcomesOfNames) expect(outcome).toContain('no such channel')
  })
})

describe('S4 strangers that send good requests', () => {
  const good: Record<IpcChannel, unknown> = {
    'secure-store:data-key': null,
    'camera:take': null,
    'app:launch': null,
    'app:diagnostics': null,
    'log:write': [{ level: 'warn', event: 'storage.asks' }],
    'diagnostics:save': {
      online: true,
      trouble: 'none',
      unsyncedRecords: 0,
      unsyncedPhotos: 0,
      quarantined: 0,
      lastSyncedAt: null,
      waitingSince: null,
      clockDriftMs: null,
    },
    'server:choose': { serverUrl: 'http://stranger.example' },
    'server:enrolled': { serverUrl: 'http://stranger.example', token: 's'.repeat(60) },
  }
  const script = `Promise.all(${JSON.stringify(Object.entries(good))}.map(([channel, request]) => chowki.invoke(channel, request)))`
  const expectRefused = (answers: unknown): void => {
    expect(answers).toHaveLength(channels.length)
    for (const answer of answers as unknown[]) {
      expect(answer).toMatchObject({ ok: false, error: { code: 'sender_refused' } })
    }
  }

  it('another window, another origin and a frame get nothing on any channel', async () => {
    const answers = await shell.app.evaluate(async ({ app, BrowserWindow }, text) => {
      const preload = `${app.getAppPath()}/electron/dist/preload.cjs`
      const webPreferences = { preload, sandbox: true, nodeIntegrationInSubFrames: true }
      const ask = async (url: string, inFrame: boolean): Promise<unknown> => {
        const other = new BrowserWindow({ show: false, webPreferences })
        await other.loadURL(url)
        const { mainFrame } = other.webContents
        if (inFrame) {
          await mainFrame.executeJavaScript(
            "new Promise((done) => { const frame = document.createElement('iframe'); frame.src = location.href; frame.onload = done; document.body.append(frame) })",
          )
        }
        const frame = inFrame ? mainFrame.frames[0] : mainFrame
        const answer: unknown = await frame?.executeJavaScript(text)
        other.destroy()
        return answer
      }
      return [
        await ask('chowki://kiosk/', false),
        await ask('data:text/html,stranger', false),
        await ask('chowki://kiosk/', true),
      ]
    }, script)
    for (const answer of answers) expectRefused(answer)
  })

  it('the kiosk’s own window with a stranger’s page gets nothing, and is served again at home', async () => {
    const answers = await shell.app.evaluate(async ({ BrowserWindow }, text) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents
      await contents?.loadURL('data:text/html,stranger')
      const asked: unknown = await contents?.executeJavaScript(text)
      await contents?.loadURL('chowki://kiosk/')
      return asked
    }, script)
    expectRefused(answers)
    expect(await invoke(shell.page, 'secure-store:data-key')).toEqual(dataKey)
    expect(await invoke(shell.page, 'app:diagnostics')).toMatchObject({
      ok: true,
      value: { serverUrl: null },
    })
  })
})
