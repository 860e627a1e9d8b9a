import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deviceHeaders, enrolDevice } from './enrol-device.ts'
import { mongodbTestUrl } from './mongodb-test-url.ts'
import { SyncServer, withoutSettings } from './sync-server.ts'

let dataFolder: string
const servers: SyncServer[] = []

beforeEach(() => void (dataFolder = mkdtempSync(join(tmpdir(), 'chowki-harness-'))))
afterEach(async () => {
  for (const server of servers.splice(0)) await server.kill()
  rmSync(dataFolder, { recursive: true, force: true })
})

const start = async (environment: Record<string, string> = {}): Promise<SyncServer> => {
  const database = `chowki_test_${randomBytes(6).toString('hex')}`
  const server = await SyncServer.start({ mongodbUrl: mongodbTestUrl(), database, dataFolder, environment })
  servers.push(server)
  return server
}

describe('the sync server as a process', () => {
  it('is killed and comes back on the same port, and knows the device that it enrolled', async () => {
    const server = await start({ CHOWKI_DEMO: '1' })
    const [code = ''] = await server.command('enrolment-code', '--gate', 'Main Gate')
    const { token } = await enrolDevice(server.origin, code, 'Desk')
    const { origin } = server
    await server.kill()
    await expect(fetch(`${origin}/api/health`)).rejects.toThrow()
    await server.start()
    expect(server.origin).toBe(origin)
    const site = await fetch(`${server.origin}/api/device/site`, { headers: deviceHeaders(token) })
    expect(site.status).toBe(200)
  })

  it('says in one line why it did not start, and where all of it stands', async () => {
    await expect(start({ CHOWKI_PORT: 'seven' })).rejects.toThrow(/did not start: .*CHOWKI_PORT/)
    expect(readFileSync(join(dataFolder, 'server.log'), 'utf8')).toContain('CHOWKI_PORT')
  })
})

it('gives a server none of the settings that this shell has for another', () => {
  const shell = { PATH: '/bin', CHOWKI_DATA: '/a', MONGODB_URL: 'b', NODE_OPTIONS: '--inspect' }
  expect(withoutSettings(shell)).toEqual({ PATH: '/bin' })
})
