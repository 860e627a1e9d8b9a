/** Generated requests and senders against the handlers that are really registered, over the real services. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { errorDescriptions } from '@chowki/shared/errors/codes.ts'
import { ok } from '@chowki/shared/errors/result.ts'
import { ipcChannels } from '@chowki/shared/ipc/channels.ts'
import type { IpcChannel } from '@chowki/shared/ipc/channels.ts'
import { sampleOf } from '@chowki/shared/test-data/sample-document.ts'
import type { WebFrameMain } from 'electron'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { readLaunchOptions } from '../launch/launch-options.ts'
import { createFixedCamera } from '../services/camera.ts'
import { createLog } from '../services/log.ts'
import { createSecureStore } from '../services/secure-store.ts'
import { createServerLink } from '../services/server-link.ts'
import { createIpcHandlers } from './handlers.ts'
import type { SenderFrame } from './sender-check.ts'

type Registered = (event: { senderFrame: SenderFrame | null }, request: unknown) => Promise<unknown>
const registered = vi.hoisted(() => new Map<string, Registered>())
vi.mock('electron', () => ({
  ipcMain: { handle: (channel: string, handler: Registered) => registered.set(channel, handler) },
}))

const marker = 'Zq7Unrepeatable'
const channels = Object.keys(ipcChannels) as IpcChannel[]
const kioskFrame: SenderFrame = { url: 'chowki://kiosk/', parent: null, processId: 4, routingId: 1 }
const folder = mkdtempSync(join(tmpdir(), 'chowki-ipc-'))
const logged: string[] = []
/** What reached a service, in the order in which it did. */
const reached: { service: string; args: unknown[] }[] = []

beforeAll(async () => {
  const secureStore = createSecureStore({
    folder,
    randomBytes,
    keyringTimeoutMs: 1_000,
    keyring: { name: async () => null, seal: () => Promise.reject(), unseal: () => Promise.reject() },
  })
  const parts = {
    secureStore,
    serverLink: createServerLink(secureStore, null),
    camera: createFixedCamera({ device: null, folders: [folder], timeoutMs: 1_000, skipFrames: 0 }),
  }
  const { registerIpc } = await import('./register.ts')
  const handlers = createIpcHandlers({
    secureStore: watched('secureStore', parts.secureStore),
    serverLink: watched('serverLink', parts.serverLink),
    camera: watched('camera', parts.camera),
    options: readLaunchOptions({}),
    versions: { app: '0', electron: '0', chromium: '0' },
    freeDiskBytes: () => null,
    writeLog: (entries) => void reached.push({ service: 'log.write', args: [entries] }),
    saveDiagnostics: async (facts) => {
      reached.push({ service: 'diagnostics.save', args: [facts] })
      return ok({ place: 'nowhere' })
    },
  })
  const log = createLog(
    (line) => void logged.push(line),
    () => new Date(0),
  )
  registerIpc(handlers, () => kioskFrame as WebFrameMain, log)
})
afterAll(() => rmSync(folder, { recursive: true }))

/** The real service, with a note of each call. */
function watched<Service extends object>(service: string, real: Service): Service {
  return new Proxy(real, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (...args: unknown[]): unknown => {
        reached.push({ service: `${service}.${String(name)}`, args })
        return Reflect.apply(member, target, args)
      }
    },
  })
}

const isText = (value: unknown, min: number, max: number): value is string =>
  typeof value === 'string' && [...value].length >= min && [...value].length <= max
const isOrigin = (value: unknown): boolean => isText(value, 8, 2_048) && /^https?:\/\/[^/?#]+$/.test(value)
const hasOnly = (value: unknown, names: readonly string[]): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.keys(value).toSorted().join() === names.toSorted().join()

const isLogEntry = (entry: unknown): boolean => {
  if (typeof entry !== 'object' || entry === null) return false
  const { level, event, cause, collection, ...others } = entry as Record<string, unknown>
  return (
    Object.keys(others).length === 0 &&
    ['info', 'warn', 'error'].includes(String(level)) &&
    isText(event, 1, 64) &&
    /^(storage|replication|photos|guards|enrolment|check)\.[A-Za-z]+$/.test(event) &&
    (!Object.hasOwn(entry, 'cause') || (isText(cause, 1, 64) && /^[A-Za-z_]+$/.test(cause))) &&
    (!Object.hasOwn(entry, 'collection') || (isText(collection, 1, 64) && /^[A-Za-z_]+$/.test(collection)))
  )
}

const figures = ['unsyncedRecords', 'unsyncedPhotos', 'quarantined'] as const
const times = ['lastSyncedAt', 'waitingSince', 'clockDriftMs'] as const
const isDeskFigures = (request: unknown): boolean =>
  hasOnly(request, ['online', 'trouble', 'disk', ...figures, ...times]) &&
  typeof request['online'] === 'boolean' &&
  ['none', 'revoked', 'outdated'].includes(String(request['trouble'])) &&
  ['good', 'low', 'failing'].includes(String(request['disk'])) &&
  typeof request['trouble'] === 'string' &&
  figures.every(
    (name) => Number.isInteger(request[name]) && Number(request[name]) >= 0 && Number(request[name]) <= 1e9,
  ) &&
  times.every(
    (name) =>
      request[name] === null ||
      (Number.isFinite(request[name]) && Math.abs(Number(request[name])) <= 8_640_000_000_000_000),
  )

/** Written out by hand, so that it cannot share a fault with the check. A channel that is not here does not compile. */
const fits: Record<IpcChannel, (request: unknown) => boolean> = {
  'secure-store:data-key': (request) => request === null,
  'camera:take': (request) => request === null,
  'app:launch': (request) => request === null,
  'app:diagnostics': (request) => request === null,
  'log:write': (request) =>
    Array.isArray(request) && request.length >= 1 && request.length <= 50 && request.every(isLogEntry),
  'diagnostics:save': isDeskFigures,
  'server:choose': (request) => hasOnly(request, ['serverUrl']) && isOrigin(request['serverUrl']),
  'server:enrolled': (request) =>
    hasOnly(request, ['serverUrl', 'token']) &&
    isOrigin(request['serverUrl']) &&
    isText(request['token'], 16, 256),
}

const circle: unknown[] = []
circle.push(circle)
const hostile: readonly unknown[] = [
  ...[undefined, null, true, 0, -0, Number.NaN, Number.POSITIVE_INFINITY, 2n ** 70n, '', '\u0000', '\ud800'],
  ...[[], [null], {}, new Date(0), /x/, new Map([['serverUrl', 'http://a.b']]), new Set([1]), circle],
  ...[new Uint8Array(8), new ArrayBuffer(8), new Error(marker), Object.create(null), 'x'.repeat(3_000_000)],
  JSON.parse('{"__proto__":{"serverUrl":"http://a.b"}}'),
  JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`),
  Object.create({ serverUrl: 'http://a.b' }),
  Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`k${index}`, index])),
]
const hostileTexts: readonly string[] = [
  ...[
    'file:///etc/passwd',
    'javascript:alert(1)',
    'http://',
    'http://a.b/c',
    'http://u:p@a.b',
    '//a.b',
    'http:a.b',
  ],
  ...['http://a.b\\c', 'http://a.b:99999', 'http://[::1', 'HTTP://A.B', 'http://a b.c', 'http://a.b\r\nx: y'],
  ...[`http://${marker}`, `http://${marker}.example/9876543210`, marker, `${marker} with a blank in it`],
  ...[
    'http://a.b',
    'https://desk.example:4700',
    'x'.repeat(257),
    't'.repeat(60),
    'http://пример.рф',
    'chowki://kiosk',
  ],
]

const anyValue = fc.oneof(
  fc.constantFrom(...hostile),
  fc.constantFrom(...hostileTexts),
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true }),
)

/** A request that fits, with one field changed, dropped or added, or something else altogether. */
function requestTo(channel: IpcChannel): fc.Arbitrary<unknown> {
  const valid = sampleOf(ipcChannels[channel].request as unknown as Record<string, unknown>)
  const name = fc.constantFrom('serverUrl', 'token', '__proto__', 'constructor', 'device', `${marker} key`)
  const changed = fc.tuple(valid, name, anyValue).map(([request, key, value]) => {
    const copy: Record<string, unknown> = { ...(request as object) }
    Object.defineProperty(copy, key, { value, enumerable: true, configurable: true, writable: true })
    return copy
  })
  const shortened = fc.tuple(valid, name).map(([request, key]) => {
    const copy: Record<string, unknown> = { ...(request as object) }
    delete copy[key]
    return copy
  })
  return fc.oneof(valid, { weight: 4, arbitrary: changed }, shortened, anyValue)
}

interface Answer {
  ok: boolean
  error?: { code: string; field?: string; message: string; remedy: string }
}

const ask = async (
  channel: IpcChannel,
  senderFrame: SenderFrame | null,
  request: unknown,
): Promise<Answer> => {
  reached.length = 0
  return (await registered.get(channel)?.({ senderFrame }, request)) as Answer
}

describe('S4 IPC with generated requests', () => {
  test('every channel of the map is registered, and nothing else', () => {
    expect([...registered.keys()].toSorted()).toEqual(channels.toSorted())
  })

  test.each(channels)(
    '%s: what does not fit reaches no service and gets code, field and remedy',
    async (channel) => {
      let [taken, refused] = [0, 0]
      const property = fc.asyncProperty(requestTo(channel), async (request) => {
        const answer = await ask(channel, kioskFrame, request)
        if (fits[channel](request)) {
          taken += 1
          return
        }
        refused += 1
        expect(answer).toMatchObject({
          ok: false,
          error: { code: 'invalid_request', remedy: errorDescriptions.invalid_request.remedy },
        })
        expect(answer.error?.field).toMatch(/./)
        expect(answer.error?.message).toMatch(/./)
        expect(JSON.stringify(answer)).not.toMatch(/Zq7Unrepeatable|9876543210/)
        expect(reached).toEqual([])
      })
      await fc.assert(property, { seed: 4_001, numRuns: 300 })
      expect(taken).toBeGreaterThan(0)
      expect(refused).toBeGreaterThan(0)
    },
  )

  test('what reaches the server’s link is an origin and a token, and what it keeps can be a header', async () => {
    const property = fc.asyncProperty(requestTo('server:enrolled'), async (request) => {
      const answer = await ask('server:enrolled', kioskFrame, request)
      const [call] = reached.filter(({ service }) => service === 'serverLink.enrolled')
      if (!call) return
      const [serverUrl, token] = call.args as [string, string]
      expect(fits['server:enrolled']({ serverUrl, token })).toBe(true)
      if (!answer.ok) return
      expect(new URL(serverUrl).pathname).toBe('/')
      expect(token).toMatch(/^[\x21-\x7e]{16,256}$/)
    })
    await fc.assert(property, { seed: 4_002, numRuns: 300 })
  })

  test('P7: the log repeats nothing, and only the two secrets lie on the disk', () => {
    expect(logged.join()).toContain('invalid_request')
    expect(logged.join()).not.toMatch(/Zq7Unrepeatable|9876543210/)
    expect(readdirSync(folder).toSorted()).toEqual(['data-key.json', 'server.json'])
  })
})

describe('S4 IPC with generated senders', () => {
  const url = fc.oneof(
    fc.constantFrom(
      ...[
        'chowki://kiosk.evil/',
        'chowki://kiosk@evil/',
        'chowki:kiosk',
        'https://kiosk/',
        'about:blank',
        '',
      ],
      ...[
        'data:text/html,chowki://kiosk/',
        'blob:chowki://kiosk/1',
        'file:///chowki://kiosk/',
        'chowki://evil/kiosk',
      ],
    ),
    fc.webUrl(),
    fc.string(),
  )
  const changes = fc.oneof(
    fc.constant(null),
    url.map((text) => ({ url: text })),
    fc.constant({ parent: kioskFrame }),
    fc.integer().map((processId) => ({ processId })),
    fc.integer().map((routingId) => ({ routingId })),
    fc.record({ url, processId: fc.integer(), routingId: fc.integer() }),
  )

  test.each(channels)('%s serves nobody but the kiosk’s own frame', async (channel) => {
    const valid = sampleOf(ipcChannels[channel].request as unknown as Record<string, unknown>)
    const property = fc.asyncProperty(changes, valid, async (change, request) => {
      const sender = change && { ...kioskFrame, ...change }
      const isOwn = sender?.processId === kioskFrame.processId && sender.routingId === kioskFrame.routingId
      fc.pre(!isOwn || sender.parent !== null || sender.url !== kioskFrame.url)
      expect(await ask(channel, sender, request)).toMatchObject({
        ok: false,
        error: { code: 'sender_refused', remedy: errorDescriptions.sender_refused.remedy },
      })
      expect(reached).toEqual([])
    })
    await fc.assert(property, { seed: 4_003, numRuns: 100 })
  })
})
