/** REC-1 to REC-7 and AUDIT-1 to AUDIT-5, on a real MongoDB: what is written, by whom, and what the audit says of it. */
import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { enrolDevice, rawRows, startTestServer, testSealingKeys } from '../testing/test-server.ts'
import type { TestDevice, TestServer } from '../testing/test-server.ts'
import { newId } from '../testing/test-society.ts'
import { pushBody, pushDocuments, pushText, visitorOf } from '../testing/test-visits.ts'
import { createAuditCipher } from './audit-cipher.ts'
import type { Caller } from './caller.ts'
import { RecordIdTaken, RecordRefused, WriteForbidden } from './record-errors.ts'
import { recordHash } from './journal.ts'
import { verifyAudit } from './verify-audit.ts'

let server: TestServer
let device: TestDevice
beforeAll(async () => {
  server = await startTestServer()
  device = await enrolDevice(server, server.lotus)
})
afterAll(() => server.close())

const admin: Caller = { kind: 'admin', id: 'admin-key', requestId: 'r1' }
const cipher = createAuditCipher(testSealingKeys)
const societyOf = () => server.lotus.societyId
const records = () => server.database.records

let flatCount = 0
function flat(fields: Record<string, unknown> = {}) {
  const at = server.clock.now
  const { societyId, flatId } = server.lotus
  const own = {
    _id: newId(),
    societyId,
    blockId: flatId,
    flatNumber: `F${(flatCount += 1)}`,
    createdAt: at,
    updatedAt: at,
  }
  return { ...own, ...fields }
}

/** Entries since `from`, as they lie in MongoDB. */
async function entriesAfter(from: number) {
  const rows = await rawRows(server, 'auditLogs')
  const own = rows.filter((row) => String(row['societyId']) === societyOf() && row['position'] > from)
  return own.toSorted((a, b) => a['position'] - b['position'])
}
const position = async () => (await server.database.storage.logHead(societyOf())).position
const stateOf = async () => [
  await server.database.storage.head(societyOf()),
  await server.database.storage.logHead(societyOf()),
]

test('FAULT-4 P7: of an Aadhaar number in any text the last four digits are kept, whoever writes it', async () => {
  const written = flat({ flatNumber: '2345 6789 0124' })
  await records().insert(admin, societyOf(), 'flats', written)
  const found = await records().find(societyOf(), 'flats', { flatNumber: 'XXXX XXXX 0124' })
  expect(found.map(({ _id }) => _id)).toEqual([written._id])
})

test('REC-1 a caller writes only what its kind may, and the attempt is in the audit', async () => {
  const kiosk: Caller = { kind: 'device', id: device.deviceId }
  const from = await position()
  const { seq } = await server.database.storage.head(societyOf())
  for (const name of ['flats', 'guardDevices', 'auditLogs'] as const) {
    await expect(records().insert(kiosk, societyOf(), name, flat())).rejects.toBeInstanceOf(WriteForbidden)
  }
  await expect(records().insert(admin, societyOf(), 'deviceSecrets', flat())).rejects.toBeInstanceOf(
    WriteForbidden,
  )
  expect((await server.database.storage.head(societyOf())).seq).toBe(seq)
  expect(await entriesAfter(from)).toMatchObject([
    { action: 'flats.written', outcome: 'refused', actorId: device.deviceId },
    { action: 'guardDevices.written', outcome: 'refused' },
    { action: 'auditLogs.written', outcome: 'refused' },
    { action: 'deviceSecrets.written', outcome: 'refused', actorId: 'admin-key' },
  ])
})

test('REC-2 a record that does not fit its collection, or is of another society, leaves no trace', async () => {
  const before = await stateOf()
  const misfits = [
    flat({ nickname: 'x' }),
    flat({ flatNumber: 9 }),
    flat({ societyId: server.palm.societyId }),
  ]
  for (const misfit of misfits) {
    await expect(records().insert(admin, societyOf(), 'flats', flat(), misfit)).rejects.toBeInstanceOf(
      RecordRefused,
    )
  }
  expect(await stateOf()).toEqual(before)
})

test('REC-3 an id in use, here or elsewhere, is refused in the same words', async () => {
  const own = flat()
  const foreign = flat({ societyId: server.palm.societyId })
  await records().insert(admin, societyOf(), 'flats', own)
  await records().insert(admin, server.palm.societyId, 'flats', foreign)
  const before = await stateOf()
  const said = []
  for (const { _id } of [own, foreign]) {
    const error: unknown = await records()
      .insert(admin, societyOf(), 'flats', flat({ _id }))
      .catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(RecordIdTaken)
    said.push(String(error))
  }
  expect(said[0]).toBe(said[1])
  expect(await stateOf()).toEqual(before)
})

test('REC-4 AUDIT-2 a push of many new rows is one entry that names them by id and hash', async () => {
  const from = await position()
  const visitors = Array.from({ length: 5 }, () => visitorOf(device, server.clock.now))
  await pushDocuments(server, device, 'visitors', visitors)
  const [entry, ...others] = await entriesAfter(from)
  expect(others).toEqual([])
  const ids = visitors.map(({ _id }) => _id)
  const stored = await server.database.storage.readMany(societyOf(), 'visitors', ids)
  const named = ids.map((id) => `${id} ${recordHash(stored.get(id)?.document ?? {}, false)}`)
  expect(entry).toMatchObject({
    action: 'visitors.inserted',
    actorKind: 'device',
    actorId: device.deviceId,
    records: named.join('\n'),
  })
  expect(JSON.stringify(entry)).not.toContain(visitors[0]?.name)
})

test('REC-4 AUDIT-3 a changed record has an entry of its own; what is personal is sealed for it', async () => {
  const visitor = visitorOf(device, server.clock.now, { name: 'Asha Before' })
  await pushDocuments(server, device, 'visitors', [visitor])
  const from = await position()
  const later = { ...visitor, name: 'Asha After', updatedAt: server.clock.now + 1 }
  const rows = [{ newDocumentState: later, assumedMasterState: visitor }]
  const answer = await pushText(
    server,
    device,
    'visitors',
    JSON.stringify(pushBody(server, 'visitors', rows)),
  )
  expect(answer.json()).toMatchObject({ results: [{ status: 'stored' }] })
  const [entry, ...others] = await entriesAfter(from)
  expect(others).toEqual([])
  expect(entry).toMatchObject({
    action: 'visitors.changed',
    subjectCollection: 'visitors',
    subjectId: visitor._id,
    fields: ['name', 'updatedAt'],
    changes: JSON.stringify({ updatedAt: [visitor.updatedAt, later.updatedAt] }),
  })
  expect(JSON.stringify(entry)).not.toContain('Asha')
  const sealed = { keyId: String(entry?.['keyId']), sealed: String(entry?.['sealed']) }
  const place = { societyId: societyOf(), collection: 'visitors', recordId: visitor._id }
  expect(JSON.parse(cipher.open(sealed, place))).toEqual({ name: ['Asha Before', 'Asha After'] })
  expect(() => cipher.open(sealed, { ...place, recordId: newId() })).toThrow()
  expect(() => createAuditCipher([randomBytes(32)]).open(sealed, place)).toThrow()
})

test('REC-4 AUDIT-3 a removal is told as one, by whom and by which request', async () => {
  const gone = flat()
  await records().insert(admin, societyOf(), 'flats', gone)
  const from = await position()
  await records().write(admin, societyOf(), async (transaction) => transaction.remove('flats', gone))
  expect(await entriesAfter(from)).toMatchObject([
    {
      action: 'flats.removed',
      subjectId: gone._id,
      actorKind: 'admin',
      requestId: 'r1',
      fields: ['_deleted'],
    },
  ])
  expect(await records().find(societyOf(), 'flats', { _id: gone._id })).toEqual([])
})

test('AUDIT-3 what proves a device is in no entry in the open', async () => {
  const other = await enrolDevice(server, server.lotus)
  const entries = await entriesAfter(0)
  const [secret] = await records().find(societyOf(), 'deviceSecrets', { deviceId: other.deviceId })
  expect(entries.map(({ action }) => action as string)).toEqual(
    expect.arrayContaining(['enrolmentCodes.changed', 'deviceSecrets.inserted', 'guardDevices.inserted']),
  )
  expect(secret?.secretHash).toHaveLength(64)
  expect(JSON.stringify(entries)).not.toContain(secret?.secretHash)
})

test('AUDIT-1 all of it is one sound chain, and each record is as its last entry says', async () => {
  const report = await verifyAudit(server.database.storage, societyOf(), { withRecords: true })
  expect(report.problems).toEqual([])
  expect(report.entries).toBe(await position())
  expect(report.entries).toBeGreaterThan(10)
})

test('REC-6 what anybody changes in a kiosk’s collection reaches its open stream within a second', async () => {
  await server.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = server.app.server.address() as AddressInfo
  const stop = new AbortController()
  const stream = await fetch(`http://127.0.0.1:${port}/api/sync/nudges`, {
    headers: device.headers,
    signal: stop.signal,
  })
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
  const heard = (async () => {
    for (let text = ''; ;) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: '' }
      text += value ?? ''
      if (done || text.includes('"flats"')) return text
    }
  })()
  // What no kiosk holds is no news to it.
  await records().change(
    { kind: 'system', id: 'x' },
    societyOf(),
    'guardDevices',
    device.deviceId,
    (row) => ({
      ...row,
      appVersion: '2',
    }),
  )
  const changed = server.lotus.flatId
  await records().change(admin, societyOf(), 'flats', changed, (row) => ({ ...row, flatNumber: '102' }))
  const late = new Promise<string>((resolve) => setTimeout(() => resolve('too late'), 1_000))
  const text = await Promise.race([heard, late])
  expect(text).toContain('"flats"')
  expect(text).not.toContain('guardDevices')
  stop.abort()
})
