/** P6: a desk of one society tries every route, message, id and token on another society, and gets nothing of it. */
import type { AddressInfo } from 'node:net'
import { kioskCollections } from '@chowki/shared/collections/registry.ts'
import { protocolHeader, protocolVersion } from '@chowki/shared/protocol/messages.ts'
import type { Checkpoint, PullResponse } from '@chowki/shared/protocol/messages.ts'
import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiRoutesOf } from '../../http/method-not-allowed.ts'
import { readAllRawRows } from '../../storage/mongo/raw-rows.ts'
import { mongodbTestUrl } from '../../../build/services/mongodb-test-url.ts'
import { as, startTestServer } from '../test-server.ts'
import type { TestServer } from '../test-server.ts'
import { newId } from '../test-society.ts'
import { pull, pushDocuments, visitOf, visitorOf } from '../test-visits.ts'
import { attemptsByRoute, hashOf } from './attempts.ts'
import type { Attempt, Ground } from './attempts.ts'
import { markSociety } from './marked-society.ts'
import type { MarkedSociety } from './marked-society.ts'
import { foreignTokens, otherMethods } from './other-ways.ts'
import { secretsOf } from './secrets.ts'
import type { Secrets } from './secrets.ts'

let server: TestServer
let lotus: MarkedSociety
let palm: MarkedSociety
let ground: Ground
let secrets: Secrets
let seenByItself: Awaited<ReturnType<typeof send>>
let before: string[]
let attempts = 0

beforeAll(async () => {
  server = await startTestServer()
  lotus = await markSociety(server, server.lotus, { mark: 'OnlyLotus', phonePrefix: '+9111110', seed: 11 })
  palm = await markSociety(server, server.palm, { mark: 'OnlyPalm', phonePrefix: '+9122220', seed: 12 })
  const site = await server.app.inject(as(palm.device, { url: '/api/device/site' }))
  ground = {
    own: lotus,
    foreign: palm,
    ownCheckpoint: await checkpointOf(lotus),
    foreignCheckpoint: await checkpointOf(palm),
    foreignEtag: String(site.headers.etag),
  }
  secrets = secretsOf(palm, ground.foreignCheckpoint, ground.foreignEtag)
  // The other society's own look at its photo is audited, so it comes before.
  seenByItself = await send({ url: `/api/photos/${palm.photo.id}` }, palm.device)
  before = await rowsOf(palm)
})
afterAll(async () => {
  process.stdout.write(`attempts on another society: ${attempts}\n`)
  await server?.close()
})

async function checkpointOf({ device }: MarkedSociety): Promise<Checkpoint> {
  const answer = await pull(server, device, 'visitors', { schemaVersion: 0, checkpoint: null, limit: 1_000 })
  return answer.json<PullResponse>().checkpoint
}

/** All that lies in MongoDB of a society; a head has it as `_id`. */
async function rowsOf({ device: { society } }: MarkedSociety): Promise<string[]> {
  const rows = await readAllRawRows(mongodbTestUrl(), server.databaseName)
  const isOf = (value: unknown) => String(value) === society.societyId
  return rows.filter(({ row }) => isOf(row['societyId']) || isOf(row._id)).map((row) => JSON.stringify(row))
}

let addresses = 0
/** By one's own token where the attempt brings none; from ever new addresses, past the limit of enrolments. */
async function send(request: InjectOptions, by = lotus.device) {
  addresses += 1
  const headers = { [protocolHeader]: String(protocolVersion), ...by.headers, ...request.headers }
  const remoteAddress = `10.1.${Math.floor(addresses / 250)}.${addresses % 250}`
  return server.app.inject({ ...request, headers, remoteAddress })
}

/** Nothing of the other society in status line, headers or body. */
async function expectNothing({ what, request }: Attempt): Promise<number> {
  attempts += 1
  const answer = await send(request)
  const text = `${JSON.stringify(answer.headers)} ${answer.rawPayload.toString('latin1')}`
  const told = secrets.foundIn(text, request)
  expect(told, `${String(request.method ?? 'GET')} ${String(request.url)} ${what}`).toEqual([])
  expect(answer.statusCode, what).toBeLessThan(500)
  return answer.statusCode
}

const routeNames = () =>
  [...apiRoutesOf(server.app)].flatMap(([url, methods]) => [...methods].map((method) => `${method} ${url}`))

describe('P6 the matrix of attempts', () => {
  test('covers every route of the app and every collection that replicates', () => {
    expect(Object.keys(attemptsByRoute).toSorted()).toEqual(routeNames().toSorted())
    for (const { name } of kioskCollections) {
      expect(lotus.documents.get(name)?.length, name).toBeGreaterThan(0)
      expect(palm.documents.get(name)?.length, name).toBeGreaterThan(0)
    }
  })

  test('would notice: the other society’s own desk gets all of it', async () => {
    for (const { name } of kioskCollections) {
      const answer = await pull(server, palm.device, name, {
        schemaVersion: 0,
        checkpoint: null,
        limit: 1_000,
      })
      expect(secrets.foundIn(answer.body, {}), name).not.toEqual([])
    }
    expect(secrets.foundIn(seenByItself.rawPayload.toString('latin1'), {})).not.toEqual([])
  })

  for (const [route, attemptsOf] of Object.entries(attemptsByRoute)) {
    if (route === 'GET /api/sync/nudges') continue
    test(`${route} gives nothing away`, async () => {
      const all = attemptsOf(ground)
      expect(all.length).toBeGreaterThan(0)
      for (const one of all) await expectNothing(one)
    })
  }

  test('no other method of any address gives anything away', async () => {
    for (const one of otherMethods(apiRoutesOf(server.app), ground)) {
      expect(await expectNothing(one), one.what).toBeGreaterThanOrEqual(400)
    }
  })

  test('no token that is partly the other society’s opens any route', async () => {
    for (const one of foreignTokens(routeNames(), ground)) {
      expect(await expectNothing(one), one.what).toBe(401)
    }
  })
})

describe('P6 what exists elsewhere is answered like what does not exist', () => {
  const without = (body: string, ids: readonly string[]) =>
    ids.reduce((text, id) => text.replaceAll(id, 'ID'), body)

  test('photos, by id', async () => {
    const unknown = newId()
    const [theirs, none] = await Promise.all(
      [palm.photo.id, unknown].map((id) => send({ url: `/api/photos/${id}` })),
    )
    expect([theirs?.statusCode, theirs?.body]).toEqual([none?.statusCode, none?.body])
    const missing = async (id: string) => {
      const payload = { photos: [{ id, sha256: palm.photo.sha256 }] }
      return without((await send({ method: 'POST', url: '/api/photos/missing', payload })).body, [id])
    }
    expect(await missing(palm.photo.id)).toBe(await missing(unknown))
  })

  test('documents, by id and true hash', async () => {
    const answerFor = async (name: string, rows: { id: string; hash: string }[]) => {
      const payload = { schemaVersion: 0, rows }
      const answer = await send({ method: 'POST', url: `/api/sync/${name}/reconcile`, payload })
      return without(
        answer.body,
        rows.map(({ id }) => id),
      )
    }
    for (const { name } of kioskCollections) {
      const hashes = (palm.documents.get(name) ?? []).map((document) => ({
        id: document._id,
        hash: hashOf(name)(document),
      }))
      const unknown = hashes.map(({ hash }) => ({ id: newId(), hash }))
      expect(await answerFor(name, hashes), name).toBe(await answerFor(name, unknown))
    }
  })

  test('checkpoints', async () => {
    const answerFor = async (lineage: string) => {
      const checkpoint = { ...ground.foreignCheckpoint, lineage }
      const payload = { schemaVersion: 0, checkpoint, limit: 10 }
      return (await send({ method: 'POST', url: '/api/sync/visitors/pull', payload })).body
    }
    expect(await answerFor(ground.foreignCheckpoint.lineage)).toBe(await answerFor(newId()))
  })

  test('devices, to one that may not administer', async () => {
    const { societyId } = palm.device.society
    const revoke = (id: string) =>
      send({ method: 'POST', url: `/api/devices/${id}/revoke`, payload: { societyId } })
    const [theirs, none] = [await revoke(palm.device.deviceId), await revoke(newId())]
    expect([theirs.statusCode, theirs.body]).toEqual([401, none.body])
  })
})

describe('P6 after all attempts', () => {
  test('nothing of the other society has changed in MongoDB', async () => {
    expect(before.filter((row) => row.includes(palm.mark)).length).toBeGreaterThan(50)
    expect(await rowsOf(palm)).toEqual(before)
  })

  test('the other society’s desk still works', async () => {
    expect((await send({ url: '/api/device/site' }, palm.device)).statusCode).toBe(200)
  })

  test('nudges: not a byte while the other society writes, and one when one’s own does', async () => {
    await server.app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = server.app.server.address() as AddressInfo
    const { societyId } = palm.device.society
    const url = `http://127.0.0.1:${port}/api/sync/nudges?societyId=${societyId}`
    const stop = new AbortController()
    const stream = await fetch(url, {
      headers: { ...lotus.device.headers, 'x-society-id': societyId, 'last-event-id': societyId },
      signal: stop.signal,
    })
    const reader = (stream.body ?? new ReadableStream<Uint8Array>()).getReader()
    for (let count = 0; count < 5; count += 1) {
      await pushDocuments(server, palm.device, 'visitors', [visitorOf(palm.device, server.clock.now)])
    }
    // What was sent first is read first: a nudge of the other society would stand before one's own.
    await pushDocuments(server, lotus.device, 'visitorEntries', [visitOf(lotus.device, server.clock.now)])
    let text = ''
    while (!text.includes('event: nudge')) {
      const { value, done } = await reader.read()
      if (done) throw new Error(`the stream ended after: ${text}`)
      text += new TextDecoder().decode(value)
    }
    stop.abort()
    attempts += 1
    expect(text.match(/event: nudge/g)).toHaveLength(1)
    expect(text).toContain('{"collections":["visitorEntries"]}')
  })
})
