/** API-1 to API-5: lists and single records, on a real MongoDB. */
import type { CollectionDefinition } from '@chowki/shared/collections/define-collection.ts'
import { collections } from '@chowki/shared/collections/registry.ts'
import type { CollectionName } from '@chowki/shared/collections/registry.ts'
import { MongoClient } from 'mongodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mongodbTestUrl } from '../../build/services/mongodb-test-url.ts'
import { markSociety } from '../testing/apart/marked-society.ts'
import type { MarkedSociety } from '../testing/apart/marked-society.ts'
import { apiOf, listAll } from '../testing/test-api.ts'
import type { ProblemBody, TestApi } from '../testing/test-api.ts'
import { rawRows, startTestServer } from '../testing/test-server.ts'
import type { TestServer } from '../testing/test-server.ts'
import { newId } from '../testing/test-society.ts'
import { pushDocuments, visitOf, visitorOf } from '../testing/test-visits.ts'
import { operatorsOf } from './list-query.ts'
import { resourceOf } from './resource.ts'

let server: TestServer
let marked: MarkedSociety
let foreign: MarkedSociety
let api: TestApi
beforeAll(async () => {
  server = await startTestServer()
  marked = await markSociety(server, server.lotus, { mark: 'LotusMark', phonePrefix: '+91700000', seed: 3 })
  foreign = await markSociety(server, server.palm, { mark: 'PalmMark', phonePrefix: '+91800000', seed: 4 })
  api = apiOf(server, server.lotus.societyId)
})
afterAll(() => server.close())

const names = Object.keys(collections) as CollectionName[]
const idsOf = (rows: readonly { readonly _id: string }[]) => rows.map(({ _id }) => _id).toSorted()
const documentsOf = (name: string) => marked.documents.get(name) ?? []

async function viewsSince(position: number) {
  const entries = await server.database.storage.logAfter(server.lotus.societyId, position, 1_000)
  return entries.map(({ fields }) => fields).filter(({ action }) => String(action).endsWith('.viewed'))
}
const positionNow = async () => (await server.database.storage.logHead(server.lotus.societyId)).position

describe('every collection', () => {
  test.each(names)(
    'API-1 P6 %s: lists the own society’s, gets each, and no other society’s',
    async (name) => {
      const { status, body } = await api.list(`${name}?limit=200`)
      expect(status).toBe(200)
      expect(body.next).toBeNull()
      expect(idsOf(body.data)).toEqual(expect.arrayContaining(idsOf(documentsOf(name))))
      expect(JSON.stringify(body)).not.toContain('PalmMark')
      expect(body.data.every(({ societyId }) => societyId === server.lotus.societyId)).toBe(true)
      for (const [index, { _id }] of body.data.slice(0, 3).entries()) {
        const one = await api.get(`${name}/${_id}`)
        expect([one.status, one.body.data]).toEqual([200, body.data[index]])
        expect(one.headers['etag']).toBe(body.etags[index])
      }
      for (const { _id } of foreign.documents.get(name) ?? []) {
        const theirs = await api.get<ProblemBody>(`${name}/${_id}`)
        const none = await api.get<ProblemBody>(`${name}/${newId()}`)
        expect([theirs.status, theirs.body]).toEqual([404, none.body])
      }
    },
  )

  test.each(names)('API-2 P7 %s: nothing secret and nothing of the store’s own is shown', async (name) => {
    const shown = new Set((await api.list(`${name}?limit=200`)).body.data.flatMap((row) => Object.keys(row)))
    const suspicious = /password|hash|secret|token|sealed|^_(?!id$)|keyId/i
    const known = name === 'auditLogs' ? ['hash', 'previousHash'] : []
    expect([...shown].filter((field) => suspicious.test(field) && !known.includes(field))).toEqual([])
  })

  test('API-2 what never is a collection of the API: secrets of devices, refused rows, codes, keys', async () => {
    for (const name of [
      'deviceSecrets',
      'quarantine',
      'enrolmentCodes',
      'syncHeads',
      'constructor',
      'toString',
    ]) {
      expect((await api.list(name)).status).toBe(404)
    }
  })
})

/** A filter that each index serves: its fields from the left as equalities, and a range on the next. */
function* servedFilters(name: CollectionName): Generator<{ query: string; index: string }> {
  const resource = resourceOf(name)
  const [sample] = documentsOf(name)
  for (const { fields, onlyWith } of resource.indexes) {
    const equalities: string[] = []
    for (const field of fields) {
      const value = [sample?.[field] ?? []].flat()[0]
      const schema = resource.fields.get(field)
      if (!schema || value === undefined) break
      const operators = operatorsOf(schema, resource.required.has(field))
      const filter = (operator: string) =>
        `filter[${field}][${operator}]=${encodeURIComponent(String(value))}`
      const isThere = onlyWith === undefined || fields.indexOf(onlyWith) <= fields.indexOf(field)
      for (const operator of ['gt', 'lte', 'in']) {
        if (operators.includes(operator as 'gt') && isThere) {
          yield { query: [...equalities, filter(operator)].join('&'), index: fields[0] ?? '' }
        }
      }
      equalities.push(filter('eq'))
      if (isThere) yield { query: equalities.join('&'), index: fields[0] ?? '' }
    }
  }
}

describe('filters', () => {
  let client: MongoClient
  beforeAll(async () => {
    client = await MongoClient.connect(mongodbTestUrl())
  })
  afterAll(() => client.close())

  test('API-3 each index serves its filters, and MongoDB walks an index of the society for each', async () => {
    const db = client.db(server.databaseName)
    await db.createCollection('system.profile', { capped: true, size: 50_000_000 })
    await db.setProfilingLevel('all')
    let count = 0
    for (const name of names) {
      for (const { query } of servedFilters(name)) {
        const { status, body } = await api.list(`${name}?${query}`)
        expect(status, `${name}?${query} ${JSON.stringify(body)}`).toBe(200)
        count += 1
      }
    }
    await db.setProfilingLevel('off')
    expect(count).toBeGreaterThan(150)
    const plans = await db
      .collection('system.profile')
      .find({ op: 'query', 'command.filter.$and': { $exists: true } })
      .toArray()
    expect(plans.length).toBeGreaterThanOrEqual(count)
    const bad = plans
      .map(({ ns, planSummary }) => `${String(ns).split('.')[1]}: ${planSummary}`)
      .filter((line) => !/: (IXSCAN \{ societyId: 1, (?!_seq)|EOF|IXSCAN \{ _id: 1 \}|IDHACK)/.test(line))
    expect(bad).toEqual([])
    // Rows of one value apart, which are asked for by id: what gives a page has its order from the index.
    const sorted = plans.filter(
      ({ hasSortStage, command }) => hasSortStage && Object.keys(command.sort)[0] !== '_id',
    )
    expect(
      sorted.map(({ ns, command, planSummary }) => `${ns} ${JSON.stringify(command.sort)} ${planSummary}`),
    ).toEqual([])
  })

  test('API-4 a page deep in a list costs what the first does', async () => {
    const db = client.db(server.databaseName)
    const at = server.clock.now
    const visitors = Array.from({ length: 400 }, (_none, index) =>
      visitorOf(marked.device, at, { updatedAt: at - index, createdAt: at }),
    )
    for (let from = 0; from < 400; from += 100) {
      await pushDocuments(server, marked.device, 'visitors', visitors.slice(from, from + 100))
    }
    await db.setProfilingLevel('all')
    const pages = await listAll(api, 'visitors?sort=updatedAt&limit=10')
    await db.setProfilingLevel('off')
    expect(pages.length).toBeGreaterThanOrEqual(400)
    const costs = await db
      .collection('system.profile')
      .find({ op: 'query', ns: `${server.databaseName}.visitors`, 'command.sort.updatedAt': 1 })
      .toArray()
    expect(costs.length).toBeGreaterThan(39)
    expect(Math.max(...costs.map(({ docsExamined }) => Number(docsExamined)))).toBeLessThan(40)
  })

  test('API-3 finds what the filter says, in the type of the field', async () => {
    const at = server.clock.now
    const device = marked.device
    const visits = [0, 1, 2, 3].map((hours) => visitOf(device, at - hours * 3_600_000))
    await pushDocuments(server, device, 'visitorEntries', visits)
    const found = async (query: string) => {
      const { status, body } = await api.list(`visitorEntries?${query}`)
      expect(status, JSON.stringify(body)).toBe(200)
      return body.data.map(({ _id }) => visits.findIndex((visit) => visit._id === _id)).filter((i) => i >= 0)
    }
    const since = `filter[entryDateTime][gte]=${at - 2 * 3_600_000}`
    expect(await found(since)).toEqual([0, 1, 2])
    expect(await found(`${since}&filter[entryDateTime][lt]=${at}`)).toEqual([1, 2])
    expect(await found(`${since}&sort=entryDateTime`)).toEqual([2, 1, 0])
    expect(await found(`${since}&filter[state][eq]=Left`)).toEqual([])
    expect(await found(`${since}&filter[state][in]=Left,Inside`)).toEqual([0, 1, 2])
    const ids = visits.slice(1, 3).map(({ visitorId }) => String(visitorId))
    expect((await found(`filter[visitorId][in]=${ids.join(',')}`)).toSorted()).toEqual([1, 2])
  })

  test.each<[string, string, string]>([
    ['visitors?filter[isFrequent][eq]=true', 'filter_refused', 'filter[isFrequent]'],
    ['visitors?filter[nickname][eq]=x', 'filter_refused', 'filter'],
    ['visitors?filter[societyId][eq]=x', 'query_invalid', 'filter[societyId]'],
    ['visitors?filter[phone][ne]=x', 'filter_refused', 'filter[phone]'],
    ['visitors?filter[phone][$gt]=', 'query_invalid', 'query'],
    ['visitors?filter[phone]=x', 'query_invalid', 'query'],
    ['visitors?filter[phone][eq][$gt]=x', 'query_invalid', 'query'],
    ['visitors?filter[__proto__][eq]=x', 'filter_refused', 'filter'],
    ['visitors?filter[constructor][eq]=x', 'filter_refused', 'filter'],
    ['visitors?__proto__[x]=1', 'query_invalid', 'query'],
    ['visitors?filter[phone][eq]=1234&filter[phone][eq]=5678', 'query_invalid', 'filter[phone]'],
    ['visitors?filter[phone][eq]={"$gt":""}', 'query_invalid', 'filter[phone]'],
    ['visitors?filter[updatedAt][gte]=yesterday', 'query_invalid', 'filter[updatedAt]'],
    ['visitors?filter[updatedAt][gte]=1e15', 'query_invalid', 'filter[updatedAt]'],
    ['visitors?filter[updatedAt][exists]=true', 'filter_refused', 'filter[updatedAt]'],
    ['users?filter[password][eq]=x', 'filter_refused', 'filter'],
    ['users?filter[isActive][eq]=true', 'filter_refused', 'filter[isActive]'],
    ['users?filter[role][eq]=Guard&filter[isActive][eq]=1', 'query_invalid', 'filter[isActive]'],
    ['flats?filter[flatNumber][eq]=101', 'filter_refused', 'filter[flatNumber]'],
    ['flats?filter[blockId][eq]=101', 'query_invalid', 'filter[blockId]'],
    ['visitorEntries?filter[state][eq]=Gone', 'query_invalid', 'filter[state]'],
    ['visitorEntries?filter[state][eq]=Inside&sort=visitorId', 'filter_refused', 'sort'],
    ['visitors?sort=rating', 'filter_refused', 'sort'],
    ['visitors?sort=$natural', 'filter_refused', 'sort'],
    ['visitors?limit=201', 'query_invalid', 'limit'],
    ['visitors?limit=0', 'query_invalid', 'limit'],
    ['visitors?limit=1&limit=2', 'query_invalid', 'limit'],
    ['visitors?fields=name,password', 'query_invalid', 'fields'],
    ['users?fields=password', 'query_invalid', 'fields'],
    ['visitors?fields=', 'query_invalid', 'fields'],
    ['flats?include=flatNumber', 'query_invalid', 'include'],
    ['visitors?cursor=abc', 'cursor_invalid', 'cursor'],
    [`visitors/${'a'.repeat(24)}?filter[phone][eq]=1`, 'query_invalid', 'query'],
  ])('API-3 refuses %s', async (path, code, field) => {
    const { status, headers, body } = await api.get<ProblemBody>(path)
    expect([status, body.code, body.field]).toEqual([400, code, field])
    expect(headers['content-type']).toContain('application/problem+json')
    if (code === 'filter_refused') expect(body.allowed?.length).toBeGreaterThan(0)
    expect(body.remedy).not.toBe('')
  })
})

describe('pages', () => {
  test.each(['sort=updatedAt', 'sort=-updatedAt', 'filter[phone][eq]=%2B915550001'])(
    'API-4 %s: neither skip nor repeat while gates write',
    async (query) => {
      const device = marked.device
      const phone = '+915550001'
      const add = (count: number, at: number) =>
        pushDocuments(
          server,
          device,
          'visitors',
          Array.from({ length: count }, (_none, index) =>
            visitorOf(device, at, { phone, updatedAt: at - (index % 3) }),
          ),
        )
      await add(25, server.clock.now - 50)
      const before = idsOf(await listAll(api, `visitors?${query}&limit=200`))
      const rows = await listAll(api, `visitors?${query}&limit=7`, async (page) => {
        await add(2, server.clock.now - 50 + page)
      })
      const ids = idsOf(rows)
      expect(new Set(ids).size).toBe(ids.length)
      expect(before.filter((id) => !ids.includes(id))).toEqual([])
      expect(ids.length).toBeGreaterThan(25)
    },
  )

  test('API-4 P6 a cursor opens only the list that it is of, whole', async () => {
    const list = 'visitors?filter[updatedAt][gte]=1000000000000'
    const cursor = String((await api.list(`${list}&limit=2`)).body.next)
    expect((await api.list(`${list}&limit=3&cursor=${cursor}`)).status).toBe(200)
    expect(Buffer.from(cursor.split('.')[1] ?? '', 'base64url').toString('latin1')).not.toContain('0000')
    const changed = `${cursor.slice(0, -2)}${cursor.endsWith('AA') ? 'BB' : 'AA'}`
    const others = [
      [`${list}&cursor=${changed}`, api],
      [`${list}&cursor=${cursor.slice(0, -8)}`, api],
      [`visitors?cursor=${cursor}&sort=updatedAt`, api],
      [`${list}&sort=updatedAt&cursor=${cursor}`, api],
      [`visitors?filter[updatedAt][gte]=1000000000001&cursor=${cursor}`, api],
      [`parcels?cursor=${cursor}`, api],
      [`${list}&cursor=${cursor}`, apiOf(server, server.palm.societyId)],
    ] as const
    for (const [path, of] of others) {
      const { status, body } = await of.get<ProblemBody>(path)
      expect([status, body.code], path).toEqual([400, 'cursor_invalid'])
    }
  })
})

describe('what is answered', () => {
  test('API-5 only the fields that were asked for, and what they refer to', async () => {
    const block = (await api.list('blocks?filter[name][eq]=A')).body.data[0]
    const filter = `filter[blockId][eq]=${block?._id}`
    const { body } = await api.list(`flats?${filter}&fields=flatNumber&include=blockId`)
    expect(body.data).toEqual([{ _id: server.lotus.flatId, flatNumber: '101' }])
    expect(body.included).toEqual({ blocks: [block] })
    const one = await api.get(`flats/${server.lotus.flatId}?fields=blockId&include=blockId`)
    expect(one.body).toEqual({
      data: { _id: server.lotus.flatId, blockId: block?._id },
      included: { blocks: [block] },
    })
  })

  test('API-5 P6 a reference into another society includes nothing', async () => {
    const at = server.clock.now
    const flat = { _id: newId(), societyId: server.lotus.societyId, createdAt: at, updatedAt: at }
    const [theirs] = (foreign.documents.get('blocks') ?? []) as { _id: string }[]
    const stray = { ...flat, blockId: theirs?._id, flatNumber: 'S1' }
    await server.database.records.insert({ kind: 'admin', id: 'x' }, server.lotus.societyId, 'flats', stray)
    const one = await api.get(`flats/${flat._id}?include=blockId`)
    expect([one.status, one.body.included]).toEqual([200, { blocks: [] }])
  })

  test('AUDIT-4 each look at personal data is in the audit with what was seen, included records too', async () => {
    const from = await positionNow()
    const { body } = await api.list('visitors?limit=5')
    await api.get(`visitors/${body.data[0]?._id}`)
    await api.list('visitors?limit=5&fields=isFrequent')
    await api.list('flats')
    const [resident] = documentsOf('residents')
    await api.list(`familyMembers?filter[residentId][eq]=${resident?._id}`)
    const seen = body.data.map(({ _id }) => _id)
    expect(await viewsSince(from)).toEqual([
      expect.objectContaining({
        action: 'visitors.viewed',
        subjectCollection: 'visitors',
        actorKind: 'admin',
        actorId: 'admin-key',
        records: seen.join('\n'),
      }),
      expect.objectContaining({ action: 'visitors.viewed', subjectId: seen[0] }),
    ])
    const before = await positionNow()
    const vehicle = await api.list('familyMembers?limit=1&include=residentId')
    const views = await viewsSince(before)
    expect(vehicle.body.included?.['residents']).toBeDefined()
    expect(views.map(({ action }) => action)).toContain('familyMembers.viewed')
  })

  test('API-1 only with the admin key; a desk’s token, another scheme and none get the same', async () => {
    const url = `/api/v1/societies/${server.lotus.societyId}/flats`
    const tries = [
      {},
      { authorization: marked.device.headers['authorization'] ?? '' },
      { authorization: `Basic ${server.adminKey}` },
      { authorization: `Bearer ${server.adminKey.toLowerCase()}` },
    ]
    for (const headers of tries) {
      const answer = await server.app.inject({ url, headers })
      expect(answer.statusCode).toBe(401)
      expect(answer.headers['content-type']).toContain('application/problem+json')
      expect(answer.json()).toMatchObject({ code: 'unauthenticated', status: 401 })
    }
  })

  test('API-1 P6 a society that is not there is not found, and is not made by asking', async () => {
    const nobody = newId()
    const { status } = await apiOf(server, nobody).list('visitors')
    expect(status).toBe(404)
    const heads = await rawRows(server, 'syncHeads')
    expect(heads.map(({ _id }) => String(_id))).not.toContain(nobody)
  })

  test('API-1 what no route takes is a problem, too', async () => {
    const headers = { authorization: `Bearer ${server.adminKey}` }
    const sent = [
      { url: '/api/v1/nothing', method: 'GET', status: 404 },
      { url: `/api/v1/societies/${server.lotus.societyId}/flats`, method: 'PUT', status: 405 },
      { url: `/api/v1/societies/x/flats`, method: 'GET', status: 400 },
    ] as const
    for (const { url, method, status } of sent) {
      const answer = await server.app.inject({ url, method, headers })
      expect(answer.statusCode).toBe(status)
      expect(answer.headers['content-type']).toContain('application/problem+json')
      expect(answer.json()).toMatchObject({ status })
    }
  })
})

test('each secret is marked in its schema', () => {
  const secret = Object.values<CollectionDefinition>(collections).flatMap(({ name, schema }) =>
    Object.entries(schema.properties as Record<string, { secret?: true }>)
      .filter(([, field]) => field.secret)
      .map(([field]) => `${name}.${field}`),
  )
  expect(secret.toSorted()).toEqual(
    [
      ...['auditLogs.keyId', 'auditLogs.records', 'auditLogs.sealed', 'photos.keyId'],
      ...['users.fcmToken', 'users.password', 'users.pinHash'],
    ].toSorted(),
  )
})
