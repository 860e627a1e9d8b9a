/**
 * P6, and sharding by society: every command that any address of the API and any command of the admin send to MongoDB
 * names one society, and so does every unique index. `society-watch.ts` judges the commands, here and in each test that
 * starts a server or fills the demonstration, and has the exceptions with their reasons.
 */
import type { AddressInfo } from 'node:net'
import { collections, serverOnlyCollections } from '@chowki/shared/collections/registry.ts'
import { toMongoValidator } from '@chowki/shared/projections/to-mongo.ts'
import { MongoClient, ObjectId } from 'mongodb'
import type { Collection, Db, Document } from 'mongodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { commands } from '../cli/commands.ts'
import type { CliOptions } from '../cli/commands.ts'
import { readConfig } from '../config.ts'
import { rememberedMs, touchEveryMs } from '../auth/device-register.ts'
import { apiRoutesOf } from '../http/method-not-allowed.ts'
import { followAdmissions } from '../gate/review/admission-review.ts'
import { followPersonLinks } from '../gate/people/person-links.ts'
import { createSocietyWatch, exceptions } from './society-watch.ts'
import { frameOf, jpegOf, photoOf } from './test-photo.ts'
import { mongodbTestUrl } from '../../build/services/mongodb-test-url.ts'
import { as, enrol, enrolDevice, issueCode, newSecret, revoke, startTestServer } from './test-server.ts'
import type { TestDevice, TestServer } from './test-server.ts'
import { apiOf } from './test-api.ts'
import { newId } from './test-society.ts'
import { pull, pushBody, pushDocuments, pushText, visitOf, visitorOf } from './test-visits.ts'

let server: TestServer
let device: TestDevice
let client: MongoClient
let db: Db
beforeAll(async () => {
  server = await startTestServer()
  device = await enrolDevice(server, server.lotus)
  client = await MongoClient.connect(mongodbTestUrl())
  db = client.db(server.databaseName)
})
afterAll(async () => {
  await client.close()
  await server.close()
})

const statusOf = async (asking: Promise<{ statusCode: number }>) => (await asking).statusCode
const get = (url: string) => statusOf(server.app.inject(as(device, { url })))
const post = (url: string, payload: object) =>
  statusOf(server.app.inject(as(device, { method: 'POST', url, payload })))
const photo = photoOf(jpegOf(900))

/** Two records of one person. */
async function linkVisitors(): Promise<string> {
  const { clock, database, lotus } = server
  const [older, younger] = [visitorOf(device, clock.now), visitorOf(device, clock.now + 1)]
  await pushDocuments(server, device, 'visitors', [older, younger])
  const rows = [older, younger].map((document, seq) => ({
    ...{ collection: 'visitors', id: document._id, seq, deleted: false, document },
  }))
  const follower = followPersonLinks(database.records, () => clock.now)
  await follower.follow(lotus.societyId, rows, new AbortController().signal)
  return younger._id
}

/** Let in on the guard's word, without a reason. */
async function markVisit(): Promise<void> {
  const { database, lotus, clock } = server
  const visit = visitOf(device, clock.now, { approvalMethod: 'Override' })
  await pushDocuments(server, device, 'visitorEntries', [visit])
  const row = { collection: 'visitorEntries', id: visit._id, seq: 0, deleted: false, document: visit }
  await followAdmissions(database.records).follow(lotus.societyId, [row], new AbortController().signal)
}

async function openNudges(): Promise<number> {
  await server.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = server.app.server.address() as AddressInfo
  const end = new AbortController()
  const answer = await fetch(`http://127.0.0.1:${port}/api/sync/nudges`, {
    headers: device.headers,
    signal: end.signal,
  })
  end.abort()
  return answer.status
}

const sendPhotos = (photos: Parameters<typeof frameOf>[0]): Promise<number> =>
  statusOf(
    server.app.inject(
      as(device, {
        method: 'POST',
        url: '/api/photos',
        headers: { 'content-type': 'application/octet-stream' },
        payload: frameOf(photos),
      }),
    ),
  )

async function pushAndChange(): Promise<number> {
  const visit = visitOf(device, server.clock.now, { entryPhoto: photo.id })
  const visitor = visitorOf(device, server.clock.now)
  const bad = visitorOf(device, server.clock.now, { phone: 'x' })
  const foreign = visitorOf(device, server.clock.now, { societyId: server.palm.societyId })
  const stored = [
    ...(await pushDocuments(server, device, 'visitorEntries', [visit])),
    ...(await pushDocuments(server, device, 'visitors', [visitor, bad, foreign])),
    ...(await pushDocuments(server, device, 'visitors', [{ ...visitor, name: 'Asha R' }, bad])),
  ]
  const neighbour = await enrolDevice(server, server.palm)
  const theirs = visitorOf(neighbour, server.clock.now)
  await pushDocuments(server, neighbour, 'visitors', [theirs])
  const sameId = { ...visitorOf(device, server.clock.now), _id: theirs._id }
  stored.push(...(await pushDocuments(server, device, 'visitors', [sameId])))
  const statuses = stored.map(({ status }) => status)
  const refused = 'quarantined'
  expect(statuses).toEqual(['stored', 'stored', refused, refused, 'conflict', refused, refused])
  const edit = { newDocumentState: { ...visitor, name: 'Asha R' }, assumedMasterState: visitor }
  const body = JSON.stringify(pushBody(server, 'visitors', [edit]))
  const answer = await pushText(server, device, 'visitors', body)
  expect(answer.json()).toMatchObject({ results: [{ status: 'stored' }] })
  return answer.statusCode
}

/** As an admin asks for the resources, in all that a request may hold. */
function resourceWalks(): Record<string, () => Promise<number>> {
  const address = '/api/v1/societies/:societyId/:collection'
  const api = () => apiOf(server, server.lotus.societyId)
  const flat = () => ({ blockId: server.lotus.flatId, flatNumber: newId().slice(0, 20) })
  return {
    [address]: async () => {
      const { status } = await api().post('flats', flat())
      const list = await api().list('flats?limit=1&include=blockId&fields=flatNumber')
      const next = await api().list(
        `flats?limit=1&include=blockId&fields=flatNumber&cursor=${list.body.next}`,
      )
      return status === 201 ? Math.max(list.status, next.status) : status
    },
    [`${address}/bulk`]: async () => {
      const made = await api().post<{ results: { _id: string; etag: string }[] }>('flats/bulk', {
        rows: [flat(), flat(), {}],
      })
      const rows = made.body.results
        .slice(0, 2)
        .map(({ _id, etag }) => ({ _id, ifMatch: etag, patch: { floor: 1 } }))
      return (await api().patch('flats/bulk', { rows })).status
    },
    [`${address}/:id`]: async () => {
      const { body, headers } = await api().post('flats', flat())
      const version = { 'if-match': String(headers['etag']) }
      const changed = await api().patch(`flats/${body.data._id}`, { floor: 2 }, version)
      const read = await api().get(`flats/${body.data._id}?include=blockId`)
      const removed = await api().remove(`flats/${body.data._id}`, {
        'if-match': String(changed.headers['etag']),
      })
      return removed.status === 204 ? read.status : removed.status
    },
  }
}

/** Each address as its callers use it; the status shows that it came through to its end. */
const walks: Readonly<Record<string, () => Promise<number>>> = {
  '/api/health': () => get('/api/health'),
  '/api/health/live': () => get('/api/health/live'),
  '/api/openapi.json': () => get('/api/openapi.json'),
  '/api/docs': () => get('/api/docs'),
  '/api/docs/scalar.js': () => get('/api/docs/scalar.js'),
  '/api/enrolment-codes': async () => ((await issueCode(server, server.palm)) ? 200 : 0),
  '/api/enrol': async () => {
    const code = await issueCode(server, server.lotus)
    const request = { code, deviceId: newId(), secret: newSecret(), deviceName: 'x' }
    const answers = [await enrol(server, request), await enrol(server, request)]
    const taken = await enrolDevice(server, server.palm)
    const late = { ...request, code: await issueCode(server, server.lotus), deviceId: taken.deviceId }
    expect(await statusOf(enrol(server, late))).toBe(400)
    return Math.max(...answers.map(({ statusCode }) => statusCode))
  },
  '/api/devices/:id/revoke': async () => {
    const { deviceId } = await enrolDevice(server, server.lotus)
    return statusOf(revoke(server, server.lotus, deviceId))
  },
  '/api/device/site': async () => {
    server.clock.now += touchEveryMs + rememberedMs
    return get('/api/device/site')
  },
  '/api/photos': async () => {
    const noJpeg = photoOf(Buffer.alloc(100))
    return Math.max(await sendPhotos([photo, noJpeg]), await sendPhotos([photo]))
  },
  '/api/photos/missing': () =>
    post('/api/photos/missing', { photos: [{ id: photo.id, sha256: photo.sha256 }] }),
  '/api/photos/:id': () => get(`/api/photos/${photo.id}`),
  '/api/sync/:collection/push': pushAndChange,
  '/api/sync/:collection/pull': async () => {
    const page = { schemaVersion: 0, checkpoint: null, limit: 10 }
    const asked = ['flats', 'users', 'visitors'].map((name) => {
      const { version } = collections[name as 'flats']
      return statusOf(pull(server, device, name, { ...page, schemaVersion: version }))
    })
    return Math.max(...(await Promise.all(asked)))
  },
  '/api/sync/:collection/reconcile': () =>
    post('/api/sync/visitors/reconcile', {
      schemaVersion: collections.visitors.version,
      rows: [{ id: newId(), hash: 'a'.repeat(64) }],
    }),
  '/api/sync/nudges': openNudges,
  ...resourceWalks(),
}

const options: Readonly<Record<string, Partial<CliOptions>>> = {
  'enrolment-code': { society: 'Lotus Heights', gate: 'Main Gate' },
  revoke: { society: 'Lotus Heights' },
  'undo-link': { society: 'Lotus Heights' },
  refused: { society: 'Lotus Heights' },
}

async function run(name: string, rest: readonly string[]): Promise<string[]> {
  const config = readConfig({ MONGODB_URL: mongodbTestUrl() })
  const command = commands[name]
  if (!config.ok || !command) throw new Error('no such command')
  const keys = { adminKey: server.adminKey, photoKeys: [Buffer.alloc(32)] as [Buffer] }
  const parts = { ...server.database, keys, config: config.value, now: () => server.clock.now }
  return command({ rest, ...options[name] }, parts)
}

describe('P6: every command names one society', () => {
  test('no address is missing in this test', () => {
    expect(Object.keys(walks).toSorted()).toEqual([...apiRoutesOf(server.app).keys()].toSorted())
  })

  for (const [url, walk] of Object.entries(walks)) {
    test(`${url}`, async () => {
      expect(await walk()).toBe(200)
      expect([...server.watch.violations]).toEqual([])
    })
  }

  for (const name of Object.keys(commands)) {
    test(`the admin’s command ${name}`, async () => {
      const { deviceId } = await enrolDevice(server, server.lotus)
      const bad = visitorOf(device, server.clock.now, { phone: 'x' })
      await pushDocuments(server, device, 'visitors', [bad])
      const linked = await linkVisitors()
      await markVisit()
      const rest: Readonly<Record<string, string>> = {
        ...{ refused: bad._id, audit: 'verify', 'undo-link': linked },
      }
      expect((await run(name, [rest[name] ?? deviceId])).length).toBeGreaterThan(0)
      expect([...server.watch.violations]).toEqual([])
    })
  }

  test('what was judged is what the server does, and no exception is idle', () => {
    expect([...server.watch.judged]).toEqual(
      expect.arrayContaining(
        `find guardDevices, find deviceSecrets, update guardDevices, insert deviceSecrets, find enrolmentCodes,
         insert enrolmentCodes, update enrolmentCodes, find gates, find blocks, find societies, insert photos,
         find photos, insert auditLogs, insert idempotencyKeys, find idempotencyKeys, find flats, update flats, insert visitors, find visitors, update visitors, aggregate visitors, update quarantine,
         find quarantine, find syncHeads, findAndModify syncHeads, update syncHeads, find auditLogs, aggregate visitorEntries`.split(
          /,\s+/,
        ),
      ),
    )
    expect([...server.watch.excepted].toSorted()).toEqual(exceptions.map(({ reason }) => reason).toSorted())
  })
})

describe('P6: the watch notices what the driver sends without a society', () => {
  const _id = new ObjectId()
  const change = { $set: { floor: 1 } }
  const homeless: Readonly<Record<string, (flats: Collection, client: MongoClient) => Promise<unknown>>> = {
    find: (flats) => flats.findOne({ _id }),
    insert: (flats) => flats.insertOne({ _id }),
    update: (flats) => flats.updateOne({ _id }, change),
    'a bulk of writes': (flats) => flats.bulkWrite([{ updateOne: { filter: { _id }, update: change } }]),
    'a bulk over collections': (flats, client) =>
      client.bulkWrite([{ namespace: flats.namespace, name: 'insertOne', document: { _id } }]),
    delete: (flats) => flats.deleteMany({ _id }),
    findAndModify: (flats) => flats.findOneAndUpdate({ _id }, change),
    count: (flats) => flats.countDocuments({}),
    'an estimated count': (flats) => flats.estimatedDocumentCount(),
    distinct: (flats) => flats.distinct('floor'),
    aggregate: (flats) => flats.aggregate([{ $sort: { _id: 1 } }]).toArray(),
  }
  test.each(Object.entries(homeless))('%s', async (_what, send) => {
    const watch = createSocietyWatch()
    const watched = await MongoClient.connect(mongodbTestUrl(), { monitorCommands: true })
    watched.on('commandStarted', watch.see)
    // The collection's validator refuses the insert; it was sent all the same.
    await Promise.allSettled([send(watched.db(server.databaseName).collection('flats'), watched)])
    await watched.close()
    expect(watch.violations.size).toBe(1)
  })
})

describe('the database as the server sets it up', () => {
  const definitions = [...Object.values(collections), ...Object.values(serverOnlyCollections)]

  test('holds the collections of the registry, each with its schema as validator, and the heads and places', async () => {
    const found = await db.listCollections<{ name: string; options?: Document }>().toArray()
    const validators = new Map(
      found.map(({ name, options: { validator } = {} }) => [name, validator as unknown]),
    )
    for (const name of ['syncHeads', 'followerPlaces']) {
      expect(validators.get(name)).toBeUndefined()
      validators.delete(name)
    }
    expect([...validators.keys()].toSorted()).toEqual(definitions.map(({ name }) => name).toSorted())
    for (const definition of definitions) {
      expect(validators.get(definition.name), definition.name).toEqual(toMongoValidator(definition))
    }
  })

  test('P6: every unique index of every collection begins with the society', async () => {
    const unique: string[] = []
    for (const { name } of await db.listCollections().toArray()) {
      for (const index of await db.collection(name).indexes()) {
        if (index.unique) unique.push(`${name}: ${Object.keys(index.key).join(' ')}`)
      }
    }
    expect(unique).toEqual(
      expect.arrayContaining(['guardDevices: societyId deviceId', 'societies: societyId']),
    )
    expect(unique.filter((line) => !/^\w+: societyId( |$)/.test(line))).toEqual([])
  })

  test('P6: a device’s look-up under another society’s name touches no row', async () => {
    for (const name of ['guardDevices', 'deviceSecrets']) {
      const cost = async (societyId: string) => {
        const filter = { societyId: new ObjectId(societyId), deviceId: device.deviceId }
        const plan = await db.collection(name).find(filter).explain('executionStats')
        return (plan as { executionStats: Document }).executionStats['totalDocsExamined'] as number
      }
      expect([await cost(server.lotus.societyId), await cost(server.palm.societyId)], name).toEqual([1, 0])
    }
  })
})
