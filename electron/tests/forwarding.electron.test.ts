import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startDisplay } from '../../build/services/display.ts'
import type { Display } from '../../build/services/display.ts'
import { startGateServer } from './gate-server.ts'
import type { GateServer } from './gate-server.ts'
import { packApp } from './packed-app.ts'
import type { PackedApp } from './packed-app.ts'
import { invoke, startShell } from './running-shell.ts'
import type { RunningShell } from './running-shell.ts'

const token = '0123456789abcdef01234567.abcdefghijklmnopqrstuvwxyz'
let packed: PackedApp
let display: Display
let shell: RunningShell
let server: GateServer
const others: GateServer[] = []

const start = (environment: Record<string, string> = {}): Promise<RunningShell> =>
  startShell({
    executable: packed.executable,
    display: display.name,
    profile: join(packed.folder, 'profile'),
    environment,
  })

beforeAll(async () => {
  packed = await packApp()
  display = await startDisplay()
  server = await startGateServer()
  shell = await start()
}, 120_000)

afterEach(async () => {
  for (const other of others.splice(0)) await other.close()
})

afterAll(async () => {
  await shell?.app.close()
  await server?.close()
  await display?.stop()
  packed?.remove()
})

interface Answer {
  readonly status: number
  readonly offline: string | null
  readonly text: string
  readonly cookie: string | null
}

interface Asked {
  readonly method?: string
  readonly body?: string
  readonly headers?: Record<string, string>
}

const ask = (path: string, init: Asked = {}): Promise<Answer> =>
  shell.page.evaluate(
    async ([url, options]) => {
      const answer = await fetch(url, options)
      return {
        status: answer.status,
        offline: answer.headers.get('x-chowki-offline'),
        text: await answer.text(),
        cookie: answer.headers.get('set-cookie'),
      }
    },
    [path, init] as const,
  )

/** Leaves a nudge stream open in the page and collects what it brings. */
const openStream = (): Promise<void> =>
  shell.page.evaluate(async () => {
    const controller = new AbortController()
    const heard: string[] = []
    Reflect.set(globalThis, 'heard', heard)
    Reflect.set(globalThis, 'hangUp', () => controller.abort())
    const answer = await fetch('/api/nudges', { signal: controller.signal })
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
    const listen = async (): Promise<void> => {
      for (;;) {
        const part = await reader?.read()
        if (part === undefined || part.done) return
        heard.push(part.value)
      }
    }
    listen().catch(() => heard.push('ended'))
  })

const heard = (): Promise<string> =>
  shell.page.evaluate(() => (Reflect.get(globalThis, 'heard') as string[]).join(''))

describe('S2 requests to the server', () => {
  it('answer 503 with the offline mark before any server is chosen', async () => {
    const answer = await ask('/api/site')
    expect([answer.status, answer.offline]).toEqual([503, '1'])
  })

  it('go without credentials to the chosen server, and with the token once enrolled', async () => {
    expect(await invoke(shell.page, 'server:choose', { serverUrl: server.origin })).toMatchObject({
      ok: true,
    })
    await ask('/api/enrol', {
      method: 'POST',
      body: '{"code":"X"}',
      headers: { 'content-type': 'application/json', authorization: 'Bearer page' },
    })
    expect(server.seen.at(-1)).toMatchObject({
      method: 'POST',
      url: '/api/enrol',
      body: Buffer.from('{"code":"X"}'),
    })
    expect(server.seen.at(-1)?.headers.authorization).toBeUndefined()
    expect(await invoke(shell.page, 'server:enrolled', { serverUrl: server.origin, token })).toMatchObject({
      ok: true,
    })
    await ask('/api/site?x=1', { headers: { 'x-sync-protocol': '2', 'x-forwarded-for': '1.2.3.4' } })
    expect(server.seen.at(-1)?.url).toBe('/api/site?x=1')
    expect(server.seen.at(-1)?.headers).toMatchObject({
      authorization: `Bearer ${token}`,
      'x-sync-protocol': '2',
    })
    expect(server.seen.at(-1)?.headers).not.toHaveProperty('x-forwarded-for')
  })

  it('carry bytes of any kind and size unchanged', async () => {
    const answer = await shell.page.evaluate(async () => {
      const bytes = new Uint8Array(3_000_000).map((_, index) => index % 251)
      const reply = await fetch('/api/photos', {
        method: 'POST',
        body: bytes,
        headers: { 'content-type': 'application/octet-stream', 'content-encoding': 'gzip' },
      })
      return await reply.text()
    })
    expect(answer).toBe('{"bytes":3000000}')
    const seen = server.seen.at(-1)
    expect(seen?.headers['content-encoding']).toBe('gzip')
    expect(seen?.body.every((byte, index) => byte === index % 251)).toBe(true)
  })

  it('bring no cookie to the page and send none back', async () => {
    await ask('/api/cookie')
    expect((await ask('/api/cookie')).cookie).toBeNull()
    expect(server.seen.at(-1)?.headers.cookie).toBeUndefined()
    expect(await shell.page.evaluate(() => document.cookie)).toBe('')
  })

  it('do not leave /api/', async () => {
    const before = server.seen.length
    await ask('/api/../admin')
    await ask('/api/%2e%2e/admin')
    expect(server.seen.length).toBe(before)
  })

  it('do not follow a captive portal', async () => {
    const answer = await ask('/api/redirect')
    expect([answer.status, answer.offline]).toEqual([503, '1'])
    expect(server.seen.at(-1)?.url).toBe('/api/redirect')
  })

  it('take no server whose certificate nobody vouches for', async () => {
    const key = join(packed.folder, 'key.pem')
    const cert = join(packed.folder, 'cert.pem')
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
    const newKey = ['-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert]
    execFileSync('openssl', ['req', '-x509', '-days', '2', ...newKey, ...subject], { stdio: 'ignore' })
    const forged = await startGateServer({ key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') })
    others.push(forged)
    await invoke(shell.page, 'server:choose', { serverUrl: forged.origin })
    const answer = await ask('/api/site')
    expect([answer.status, answer.offline]).toEqual([503, '1'])
    expect(forged.seen).toEqual([])
    await invoke(shell.page, 'server:choose', { serverUrl: server.origin })
  })

  it('never take the token to another server that the page chooses', async () => {
    const other = await startGateServer()
    others.push(other)
    await invoke(shell.page, 'server:enrolled', { serverUrl: server.origin, token })
    await invoke(shell.page, 'server:choose', { serverUrl: other.origin })
    await ask('/api/site')
    expect(other.seen.map((request) => request.headers.authorization)).toEqual([undefined])
    await invoke(shell.page, 'server:enrolled', { serverUrl: server.origin, token })
  })
})

describe('S3 streams', () => {
  it('bring each nudge as it comes, and end at the server when the page hangs up', async () => {
    await openStream()
    await expect.poll(heard).toContain('hello')
    server.nudge('visitors')
    await expect.poll(heard).toContain('visitors')
    expect(server.openStreams()).toBe(1)
    await shell.page.evaluate(() => (Reflect.get(globalThis, 'hangUp') as () => void)())
    await expect.poll(() => server.openStreams()).toBe(0)
  })

  it('end at the server when the page is loaded again, many times over', async () => {
    for (let round = 0; round < 8; round += 1) {
      await openStream()
      await expect.poll(() => server.openStreams()).toBe(1)
      await shell.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.reload())
      await expect.poll(() => server.openStreams()).toBe(0)
      await shell.page.waitForSelector('body[data-ready]')
    }
    // A request that leaks its connection would by now have used up all six of the host's.
    expect((await ask('/api/site')).status).toBe(200)
  })

  it('P4 end in the page when the server dies, and requests say offline until it is back', async () => {
    await openStream()
    await expect.poll(() => server.openStreams()).toBe(1)
    await server.close()
    await expect.poll(heard).toContain('ended')
    const answer = await ask('/api/site')
    expect([answer.status, answer.offline]).toEqual([503, '1'])
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code: 'network_unreachable' } })
  })
})

describe('S7 P1 after a restart', () => {
  it('the token and the data key are as they were, also when the plug was pulled, and the server may have moved', async () => {
    const key = await invoke(shell.page, 'secure-store:data-key')
    await shell.kill()
    server = await startGateServer()
    shell = await start({ CHOWKI_SERVER_URL: server.origin })
    expect(await invoke(shell.page, 'secure-store:data-key')).toEqual(key)
    expect((await ask('/api/site')).status).toBe(200)
    expect(server.seen.at(-1)?.headers.authorization).toBe(`Bearer ${token}`)
  })
})
