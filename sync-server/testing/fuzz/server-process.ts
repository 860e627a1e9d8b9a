/** The process behind `startFuzzTarget`: two societies with a desk each, and as much of each as an attack could want. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { setFlagsFromString } from 'node:v8'
import { collections } from '@chowki/shared/collections/registry.ts'
import { createLogger } from '../../ops/logging/create-logger.ts'
import { personalFieldNames } from '../../ops/logging/redaction.ts'
import { docsScriptAddress } from '../../http/api-docs.ts'
import { apiRoutesOf, apiSchemasOf } from '../../http/method-not-allowed.ts'
import { frameOf, jpegOf, photoOf } from '../test-photo.ts'
import { apiOf } from '../test-api.ts'
import { as, enrolDevice, issueCode, startTestServer } from '../test-server.ts'
import type { TestDevice, TestServer } from '../test-server.ts'
import { pull, pushDocuments, visitorOf } from '../test-visits.ts'
import { kioskRoute, marker } from './fuzz-target.ts'
import type { FuzzDesk, FuzzedRoute, FuzzGround, Measure } from './fuzz-target.ts'

const codeCount = 40
const minuteMs = 60_001

setFlagsFromString('--max-old-space-size=512')
const leakingLines: string[] = []
const personalNames = personalFieldNames(Object.values(collections).map(({ schema }) => schema))
const logger = createLogger(
  { level: 'trace', personalNames },
  {
    write: (line: string) => {
      if (line.includes(marker) && leakingLines.length < 20) leakingLines.push(line)
    },
  },
)
// An error that nobody catches ends this process, and with it the test: there is no handler that would hide it.
const folder = mkdtempSync(path.join(tmpdir(), 'chowki-fuzz-'))
const kioskFolder = path.join(folder, 'kiosk')
writeFileSync(path.join(folder, 'secret.txt'), 'outside the kiosk’s folder')
const kioskTexts = writeKiosk()
const server = await startTestServer({ logger, kioskFolder })
await server.app.listen({ host: '127.0.0.1', port: 0 })
process.send?.(await layGround(server))

process.on('message', (message: string) => {
  if (message === 'minute') server.clock.now += minuteMs
  if (message === 'measure') process.send?.(measure())
  if (message === 'stop') void stop()
})
// Who started it stops it, after telling what there was.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)
// Who started it is gone.
process.on('disconnect', () => process.exit(1))
process.on('exit', () => rmSync(folder, { recursive: true }))

/** To close is to judge, too: whether each query of all that was sent named its society (P6). */
async function stop(): Promise<never> {
  try {
    await server.close()
  } catch (error) {
    process.stderr.write(String(error))
    process.exit(1)
  }
  process.exit(0)
}

function writeKiosk(): string[] {
  const files = { 'index.html': '<title>Kiosk</title>', 'assets/app-1a2b.js': 'export const desk = 1' }
  mkdirSync(path.join(kioskFolder, 'assets'), { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(kioskFolder, name), text)
  return Object.values(files)
}

function measure(): Measure {
  // Twice: the first frees what finalizers hold, the second those.
  for (let count = 0; count < 2; count += 1) globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return { heapBytes: heapUsed + external, leakingLines }
}

async function layGround(of: TestServer): Promise<FuzzGround> {
  const address = of.app.server.address()
  const own = await deskOf(of, await enrolDevice(of, of.lotus))
  const foreign = await deskOf(of, await enrolDevice(of, of.palm))
  const spare = await enrolDevice(of, of.lotus)
  const codes: string[] = []
  for (let count = 0; count < codeCount; count += 1) codes.push(await issueCode(of, of.lotus))
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    databaseName: of.databaseName,
    adminKey: of.adminKey,
    own,
    foreign,
    spareDeviceId: spare.deviceId,
    spareFlats: await spareFlatsOf(of),
    codes,
    routes: [...routesOf(of), kioskRoute],
    kioskTexts,
    now: of.clock.now,
  }
}

async function spareFlatsOf(of: TestServer): Promise<FuzzGround['spareFlats']> {
  const blockId = of.lotus.gateId
  const rows = Array.from({ length: 60 }, (_none, index) => ({ blockId, flatNumber: `Spare ${index}` }))
  const api = apiOf(of, of.lotus.societyId)
  return (await api.post<{ results: FuzzGround['spareFlats'] }>('flats/bulk', { rows })).body.results
}

async function deskOf(of: TestServer, device: TestDevice): Promise<FuzzDesk> {
  const visitor = visitorOf(device, of.clock.now, { name: `A guest of ${device.society.name}` })
  await pushDocuments(of, device, 'visitors', [visitor])
  const photo = photoOf(jpegOf(600))
  const headers = { 'content-type': 'application/octet-stream' }
  await of.app.inject(as(device, { method: 'POST', url: '/api/photos', headers, payload: frameOf([photo]) }))
  const page = await pull(of, device, 'visitors', { schemaVersion: 0, checkpoint: null, limit: 10 })
  const { societyId, gateId, flatId } = device.society
  return {
    societyId,
    gateId,
    flatId,
    deviceId: device.deviceId,
    authorization: device.headers['authorization'] ?? '',
    visitorId: visitor._id,
    visitorName: `A guest of ${device.society.name}`,
    societyName: device.society.name,
    photoId: photo.id,
    checkpoint: page.json<{ checkpoint: FuzzDesk['checkpoint'] }>().checkpoint,
  }
}

/** As JSON schemas: what crosses to another process is text. */
function routesOf({ app }: TestServer): FuzzedRoute[] {
  const schemas = apiSchemasOf(app)
  return (
    [...apiRoutesOf(app)]
      // A file of megabytes, the same for everybody.
      .filter(([url]) => url !== docsScriptAddress)
      .flatMap(([url, methods]) =>
        [...methods].map((method) => {
          const name = `${method} ${url}`
          return { name, method, url, schema: schemas.get(name) ?? {} }
        }),
      )
  )
}
