/** API-6 to API-9: creating, changing and removing, one by one and in bulk, on a real MongoDB. */
import type { AddressInfo } from 'node:net'
import type { CollectionDefinition } from '@chowki/shared/collections/define-collection.ts'
import { collections } from '@chowki/shared/collections/registry.ts'
import type { CollectionName } from '@chowki/shared/collections/registry.ts'
import { sampleDocument } from '@chowki/shared/test-data/sample-document.ts'
import type { PullResponse } from '@chowki/shared/protocol/messages.ts'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyAudit } from '../records/verify-audit.ts'
import { apiOf, listAll } from '../testing/test-api.ts'
import type { ProblemBody, Row, TestApi } from '../testing/test-api.ts'
import { enrolDevice, rawRows, startTestServer } from '../testing/test-server.ts'
import type { TestDevice, TestServer } from '../testing/test-server.ts'
import { newId } from '../testing/test-society.ts'
import { pull } from '../testing/test-visits.ts'
import { mayDo } from './access.ts'
import { resourceOf } from './resource.ts'

let server: TestServer
let api: TestApi
let theirs: TestApi
let device: TestDevice
beforeAll(async () => {
  server = await startTestServer()
  api = apiOf(server, server.lotus.societyId)
  theirs = apiOf(server, server.palm.societyId)
  device = await enrolDevice(server, server.lotus)
})
afterAll(() => server.close())

const admin = { kind: 'admin', id: 'admin-key' } as const
const names = Object.keys(collections) as CollectionName[]
const that = (action: 'create' | 'patch' | 'remove') => names.filter((name) => mayDo(admin, action, name))
const seqNow = async () => (await server.database.storage.head(server.lotus.societyId)).seq

/** What an admin may send of a sample. */
function newRecord(name: CollectionName, seed = 1): Record<string, unknown> {
  const definition: CollectionDefinition = collections[name]
  const [sample] = fc.sample(sampleDocument(definition), { numRuns: 1, seed })
  const settable = Object.keys(resourceOf(name).newSchema.properties)
  return Object.fromEntries(
    Object.entries(sample ?? {}).filter(([field]) => field !== '_id' && settable.includes(field)),
  )
}

let flats = 0
const flat = (fields: object = {}) => ({
  blockId: server.lotus.flatId,
  flatNumber: `W${(flats += 1)}`,
  ...fields,
})

describe('one record', () => {
  test.each(that('create'))('API-6 %s: created, read, and answered once for one key', async (name) => {
    const sent = newRecord(name)
    const key = { 'idempotency-key': `create-${name}` }
    const made = await api.post(name, sent, key)
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    expect(made.body.data).toMatchObject({ ...sent, societyId: server.lotus.societyId })
    const id = made.body.data._id
    expect(made.headers['location']).toBe(`/api/v1/societies/${server.lotus.societyId}/${name}/${id}`)
    const read = await api.get(`${name}/${id}`)
    expect([read.body.data, read.headers['etag']]).toEqual([made.body.data, made.headers['etag']])
    server.clock.now += 5_000
    const seq = await seqNow()
    const again = await api.post(name, sent, key)
    expect([again.status, again.body, again.headers['etag']]).toEqual([201, made.body, made.headers['etag']])
    const other = await api.post<ProblemBody>(name, newRecord(name, 2), key)
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused'])
    expect(await seqNow()).toBe(seq)
  })

  test.each(that('patch'))('API-7 %s: changed by its version only; null takes a field away', async (name) => {
    const id =
      name === 'societies' ? server.lotus.societyId : (await api.post(name, newRecord(name, 7))).body.data._id
    const path = `${name}/${id}`
    const before = await api.get(path)
    const etag = String(before.headers['etag'])
    const optional = Object.keys(before.body.data).find((field) => !resourceOf(name).required.has(field))
    const patch = optional === undefined ? {} : { [optional]: null }
    const none = await api.patch<ProblemBody>(path, patch)
    expect([none.status, none.body.code, none.body.field]).toEqual([428, 'precondition_required', 'if-match'])
    server.clock.now += 1_000
    const changed = await api.patch(path, patch, { 'if-match': etag })
    expect([changed.status, changed.body]).toEqual([204, {}])
    const after = await api.get(path)
    const { [optional ?? '']: _gone, ...rest } = before.body.data
    expect(after.body.data).toEqual({ ...rest, updatedAt: server.clock.now })
    expect(after.headers['etag']).toBe(changed.headers['etag'])
    const late = await api.patch<ProblemBody>(path, patch, { 'if-match': etag })
    expect([late.status, late.body.code]).toEqual([412, 'precondition_failed'])
    const foreign = await theirs.patch<ProblemBody>(path, patch, {
      'if-match': String(after.headers['etag']),
    })
    expect(foreign.status).toBe(404)
  })

  test.each(that('remove'))('API-7 %s: removed by its version only, as a tombstone', async (name) => {
    const made = await api.post(name, newRecord(name, 9))
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    const path = `${name}/${made.body.data._id}`
    const etag = { 'if-match': String(made.headers['etag']) }
    expect((await api.remove(path)).status).toBe(428)
    expect((await api.remove(path, { 'if-match': '"1.a"' })).status).toBe(412)
    expect((await theirs.remove(path, etag)).status).toBe(404)
    expect((await api.remove(path, etag)).status).toBe(204)
    expect((await api.get(path)).status).toBe(404)
    expect((await api.remove(path, etag)).status).toBe(404)
    const [row] = (await rawRows(server, name)).filter(({ _id }) => String(_id) === made.body.data._id)
    expect(row?.['_deleted']).toBe(true)
  })

  test('API-7 what an admin may not do has no way: neither made, changed nor removed', async () => {
    for (const name of names) {
      const [row] = (await api.list(name)).body.data
      const path = `${name}/${row?._id ?? newId()}`
      if (!mayDo(admin, 'create', name)) expect((await api.post(name, {})).status, name).toBe(404)
      if (!mayDo(admin, 'patch', name))
        expect((await api.patch(path, {}, { 'if-match': '"1.a"' })).status).toBe(404)
      if (!mayDo(admin, 'remove', name))
        expect((await api.remove(path, { 'if-match': '"1.a"' })).status).toBe(404)
    }
  })

  test('API-7 a merge patch goes into objects and replaces lists, also in its own media type', async () => {
    const contact = { name: 'Asha', phone: '+919800000001' }
    const sent = { ...newRecord('residents'), emergencyContacts: [contact, contact], vehicles: [] }
    const { body, headers } = await api.post('residents', sent)
    const path = `residents/${body.data._id}`
    const changed = await api.send(path, {
      method: 'PATCH',
      payload: JSON.stringify({ emergencyContacts: [contact], name: 'रमेश' }),
      headers: { 'content-type': 'application/merge-patch+json', 'if-match': String(headers['etag']) },
    })
    expect(changed.status).toBe(204)
    expect((await api.get(path)).body.data).toMatchObject({
      emergencyContacts: [contact],
      name: 'रमेश',
      vehicles: [],
    })
    const society = await api.get(`societies/${server.lotus.societyId}`)
    const settings = { settings: { overstayMinutes: { Cab: 15, Delivery: null } } }
    await api.patch(`societies/${server.lotus.societyId}`, settings, {
      'if-match': String(society.headers['etag']),
    })
    const after = await api.get(`societies/${server.lotus.societyId}`)
    expect(after.body.data['settings']).toEqual({ overstayMinutes: { Cab: 15 } })
  })

  test.each<[string, string, object, number, string, string]>([
    ['a field that is not known', 'flats', { nickname: 'x' }, 422, 'record_invalid', 'nickname'],
    ['another society', 'flats', { societyId: 'a'.repeat(24) }, 422, 'record_invalid', 'societyId'],
    ['a number of the store', 'flats', { _seq: 1 }, 422, 'record_invalid', '_seq'],
    ['a tombstone', 'flats', { _deleted: true }, 422, 'record_invalid', '_deleted'],
    ['a time of the server', 'flats', { createdAt: 1_700_000_000_000 }, 422, 'record_invalid', 'createdAt'],
    ['a value of the wrong type', 'flats', { floor: '1' }, 422, 'record_invalid', 'floor'],
    ['an operator for a value', 'flats', { flatNumber: { $ne: 1 } }, 422, 'record_invalid', 'flatNumber'],
    ['an id in no form', 'flats', { _id: 'x' }, 422, 'record_invalid', '_id'],
    ['a password', 'users', { password: 'x'.repeat(30) }, 422, 'record_invalid', 'password'],
    ['a PIN', 'users', { pinHash: 'x'.repeat(30) }, 422, 'record_invalid', 'pinHash'],
    ['what the server stamps', 'visitors', { rating: 5 }, 422, 'record_invalid', 'rating'],
    ['money with a fraction', 'expenses', { amount: 10.5 }, 422, 'record_invalid', 'amount'],
    ['money beyond all bounds', 'expenses', { amount: 1e17 }, 422, 'record_invalid', 'amount'],
  ])(
    'API-8 %s is refused by name, and nothing is written',
    async (_what, name, fields, status, code, field) => {
      const seq = await seqNow()
      const sent = { ...newRecord(name as CollectionName, 21), ...fields }
      const { body, ...answer } = await api.post<ProblemBody>(name, sent)
      expect([answer.status, body.code, body.field]).toEqual([status, code, field])
      const [row] = (await api.list(name)).body.data
      const isId = field === '_id'
      if (row && !isId) {
        const { headers } = await api.get(`${name}/${row._id}`)
        const patched = await api.patch<ProblemBody>(`${name}/${row._id}`, fields, {
          'if-match': String(headers['etag']),
        })
        expect([patched.status, patched.body.code, patched.body.field]).toEqual([status, code, field])
      }
      expect(await seqNow()).toBe(seq)
    },
  )

  test('API-8 keys of prototypes, no JSON and no body are refused', async () => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'bad-bodies' }
    for (const payload of [
      '{"__proto__":{"x":1},"flatNumber":"1"}',
      '{"constructor":{"prototype":{}}}',
      '{',
      '',
      '[]',
      'null',
      '"x"',
    ]) {
      const { status } = await api.send('flats', { method: 'POST', headers, payload })
      expect([400, 422], payload).toContain(status)
    }
  })

  test('API-8 a value that only one may have, an id in use here and elsewhere', async () => {
    const sent = flat()
    const { body } = await api.post('flats', sent)
    const twice = await api.post<ProblemBody>('flats', sent)
    expect([twice.status, twice.body.code, twice.body.field]).toEqual([409, 'value_taken', 'flatNumber'])
    const mine = await api.post<ProblemBody>('flats', flat({ _id: body.data._id }))
    const foreign = await api.post<ProblemBody>('flats', flat({ _id: server.palm.flatId }))
    expect([mine.status, mine.body]).toEqual([409, foreign.body])
  })

  test('API-6 what creates needs a key; two at once with one key make one record', async () => {
    for (const key of [undefined, '', 'short', 'with spaces in it', 'x'.repeat(129)]) {
      const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key }
      const { status, body } = await api.send<ProblemBody>('flats', {
        method: 'POST',
        payload: flat(),
        headers,
      })
      expect([status, body.code]).toEqual([400, 'idempotency_key_missing'])
    }
    const sent = flat()
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => api.post('flats', sent, { 'idempotency-key': 'all-at-once' })),
    )
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.data._id}`)).size).toBe(1)
    const other = await theirs.post('flats', sent, { 'idempotency-key': 'all-at-once' })
    expect(other.status).toBe(201)
  })

  test('API-6 an id whose digits could be an Aadhaar number is answered again as it is', async () => {
    const _id = '6a7feb485973699781feb7e2'
    const key = { 'idempotency-key': 'digits-in-an-id' }
    const sent = flat({ _id })
    const made = await api.post('flats', sent, key)
    expect([made.status, made.body.data._id]).toEqual([201, _id])
    expect((await api.post('flats', sent, key)).body).toEqual(made.body)
  })

  test('API-6 P7 of the request nothing that was sent lies beside its key', async () => {
    await api.post('visitors', { name: 'Unrepeated Name', phone: '+919812399999' })
    const rows = await rawRows(server, 'idempotencyKeys')
    const kept = rows.map((each) => Buffer.from(String(each['outcome']), 'base64').toString())
    expect(JSON.stringify([rows, kept])).not.toMatch(/Unrepeated|9812399999/)
    expect(kept.join()).toContain('"id"')
    const [row] = await rawRows(server, 'idempotencyKeys')
    expect(row?.['expiresAt']).toBeInstanceOf(Date)
  })
})

interface Results {
  results: { status: number; _id?: string; etag?: string; problem?: ProblemBody }[]
}

describe('in bulk', () => {
  test('API-9 3,000 flats in three requests, each answered, all listed once', async () => {
    const before = (await listAll(api, 'flats?limit=200')).length
    const rows = Array.from({ length: 3_000 }, () => flat())
    for (let from = 0; from < 3_000; from += 1_000) {
      const { status, body } = await api.post<Results>('flats/bulk', { rows: rows.slice(from, from + 1_000) })
      expect(status).toBe(200)
      expect(body.results.filter(({ status: one }) => one === 201)).toHaveLength(1_000)
    }
    const all = await listAll(api, 'flats?limit=200')
    expect(new Set(all.map(({ _id }) => _id)).size).toBe(before + 3_000)
    expect(all).toHaveLength(before + 3_000)
  })

  test('API-9 an answer for each: what is bad is named, the others are written, and the same again', async () => {
    const known = flat()
    await api.post('flats', known)
    const [twin, sound] = [flat(), flat()]
    const rows = [
      flat(),
      { ...known },
      flat({ floor: 'x' }),
      twin,
      { ...twin },
      flat({ _id: server.lotus.flatId }),
      flat({ _id: server.palm.flatId }),
      flat({ societyId: server.palm.societyId }),
      sound,
    ]
    const key = { 'idempotency-key': 'bulk-of-flats' }
    const { body } = await api.post<Results>('flats/bulk', { rows }, key)
    expect(body.results.map(({ status, problem }) => [status, problem?.code, problem?.field])).toEqual([
      [201, undefined, undefined],
      [409, 'value_taken', 'flatNumber'],
      [422, 'record_invalid', 'floor'],
      [201, undefined, undefined],
      [409, 'value_taken', 'flatNumber'],
      [409, 'id_taken', '_id'],
      [409, 'id_taken', '_id'],
      [422, 'record_invalid', 'societyId'],
      [201, undefined, undefined],
    ])
    for (const { _id, etag } of body.results.filter(({ status }) => status === 201)) {
      expect((await api.get(`flats/${_id}`)).headers['etag']).toBe(etag)
    }
    const seq = await seqNow()
    expect((await api.post<Results>('flats/bulk', { rows }, key)).body).toEqual(body)
    expect(await seqNow()).toBe(seq)
    const tooMany = { rows: Array.from({ length: 1_001 }, () => flat()) }
    expect((await api.post<ProblemBody>('flats/bulk', tooMany)).status).toBe(400)
  })

  test('API-9 what only the store knows to be in use is named for each row, however many', async () => {
    const fresh = [flat(), flat()]
    const gone = Array.from({ length: 120 }, () => flat())
    const made = await api.post<Results>('flats/bulk', { rows: gone })
    for (const { _id, etag } of made.body.results) {
      expect((await api.remove(`flats/${_id}`, { 'if-match': etag ?? '' })).status).toBe(204)
    }
    const known = await theirs.post<Results>('flats/bulk', {
      rows: Array.from({ length: 120 }, () => flat()),
    })
    const taken = known.body.results.map(({ _id }) => flat({ _id }))
    const { status, body } = await api.post<Results>('flats/bulk', { rows: [...fresh, ...gone, ...taken] })
    expect(status).toBe(200)
    const codes = body.results.map(({ status: one, problem }) => `${one} ${problem?.code ?? ''}`)
    expect(codes).toEqual([
      ...Array.from({ length: 2 }, () => '201 '),
      ...Array.from({ length: 120 }, () => '409 value_taken'),
      ...Array.from({ length: 120 }, () => '409 id_taken'),
    ])
  })

  test('API-9 many are changed, each by its version', async () => {
    const made = await api.post<Results>('flats/bulk', { rows: Array.from({ length: 5 }, () => flat()) })
    const rows = made.body.results.map(({ _id, etag }) => ({ _id, ifMatch: etag, patch: { floor: 3 } }))
    const [first, second, third, fourth, fifth] = rows
    const asked = [
      first,
      { ...second, ifMatch: '"1.a"' },
      { ...third, patch: { floor: 'x' } },
      { ...fourth, _id: server.palm.flatId },
      { ...first, patch: {} },
      { ...fifth, patch: { flatNumber: first?._id === undefined ? '' : 'W1' } },
    ]
    const { status, body } = await api.send<Results>('flats/bulk', {
      method: 'PATCH',
      payload: { rows: asked },
    })
    expect(status).toBe(200)
    expect(body.results.map(({ status: one, problem }) => [one, problem?.code])).toEqual([
      [200, undefined],
      [412, 'precondition_failed'],
      [422, 'record_invalid'],
      [404, 'not_found'],
      [409, 'id_taken'],
      [409, 'value_taken'],
    ])
    const read = await api.get(`flats/${first?._id}`)
    expect([read.body.data['floor'], read.headers['etag']]).toEqual([3, body.results[0]?.etag])
    expect((await api.get(`flats/${second?._id}`)).body.data['floor']).toBeUndefined()
  })
})

describe('who else hears of it', () => {
  test('API-6 an admin’s change is told to an online kiosk within a second, and is what it pulls', async () => {
    await server.app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = server.app.server.address() as AddressInfo
    const stop = new AbortController()
    const stream = await fetch(`http://127.0.0.1:${port}/api/sync/nudges`, {
      headers: device.headers,
      signal: stop.signal,
    })
    const reader = (stream.body ?? new ReadableStream<Uint8Array>()).getReader()
    const { body } = await api.post('residents', newRecord('residents', 33))
    const answered = performance.now()
    let text = ''
    while (!text.includes('event: nudge')) {
      const { value, done } = await reader.read()
      if (done) throw new Error(`the stream ended after: ${text}`)
      text += new TextDecoder().decode(value)
    }
    expect(performance.now() - answered).toBeLessThan(1_000)
    expect(text).toContain('residents')
    stop.abort()
    const { version } = collections.residents
    const page = await pull(server, device, 'residents', {
      schemaVersion: version,
      checkpoint: null,
      limit: 1_000,
    })
    const pulled = page.json<PullResponse>().documents.map(({ _id }) => _id)
    expect(pulled).toContain(body.data._id)
  })

  test('AUDIT-1 AUDIT-6 the audit of all of this is sound, its records too', async () => {
    const report = await verifyAudit(server.database.storage, server.lotus.societyId, { withRecords: true })
    expect(report.problems).toEqual([])
    const entries = await server.database.storage.logAfter(server.lotus.societyId, 0, 10_000)
    const actions = new Set(entries.map(({ fields }) => fields['action']))
    for (const action of ['flats.inserted', 'flats.changed', 'flats.removed', 'residents.viewed']) {
      expect(actions).toContain(action)
    }
  })
})

test('a list of rows has the version of each, by which it is changed', async () => {
  const { body } = await api.list('flats?limit=1')
  const [row] = body.data as [Row]
  const changed = await api.patch(`flats/${row._id}`, { floor: 9 }, { 'if-match': String(body.etags[0]) })
  expect(changed.status).toBe(204)
})
