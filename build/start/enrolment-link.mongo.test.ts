import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Child } from '../services/child.ts'
import { enrolDevice } from '../services/enrol-device.ts'
import { mongodbTestUrl } from '../services/mongodb-test-url.ts'
import { listenablePort } from '../services/ports.ts'
import { enrolmentLink, forgetRunning, noteRunning, readRunning, serverAddress } from './enrolment-link.ts'
import { startServer } from './sync-server.ts'

let dataFolder: string
let server: Child | null = null

beforeEach(() => {
  dataFolder = mkdtempSync(join(tmpdir(), 'chowki-start-'))
  writeFileSync(join(dataFolder, 'index.html'), '<!doctype html>')
  vi.stubEnv('MONGODB_DATABASE', `chowki_test_${randomBytes(6).toString('hex')}`)
})
afterEach(async () => {
  await server?.stop()
  vi.unstubAllEnvs()
  rmSync(dataFolder, { recursive: true, force: true })
})

it('FAULT-6 P8 a running server gives another browser its code', async () => {
  const port = (await listenablePort(0)) ?? 0
  expect(() => readRunning(dataFolder)).toThrow('still starting')
  const settings = { dataFolder, port, mongodbUrl: mongodbTestUrl(), pageFolder: dataFolder }
  server = await startServer(settings)
  noteRunning(settings)
  expect(statSync(join(dataFolder, 'running.json')).mode & 0o777).toBe(0o600)
  const link = new URL(await enrolmentLink(readRunning(dataFolder)))
  expect(link.origin).toBe(serverAddress(settings))
  const code = new URLSearchParams(link.hash.slice(1)).get('enrol') ?? ''
  expect((await enrolDevice(link.origin, code, 'Second browser')).token).not.toBe('')
  forgetRunning(dataFolder)
  expect(() => readRunning(dataFolder)).toThrow('still starting')
})
