import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { enrolDevice, rawRows, startTestServer, testSealingKeys } from '../../testing/test-server.ts'
import type { TestDevice, TestServer } from '../../testing/test-server.ts'
import { pushDocuments, visitorOf } from '../../testing/test-visits.ts'
import { createPhotoCipher } from '../photos/photo-repository.ts'
import { createQuarantineCipher } from './quarantine-repository.ts'

let server: TestServer
let device: TestDevice
beforeAll(async () => {
  server = await startTestServer()
  device = await enrolDevice(server, server.lotus)
})
afterAll(() => server.close())

const name = 'Sarojini Hidden-Name'
const refuse = async () => {
  const bad = visitorOf(device, server.clock.now, { name, phone: 'x-987-x' })
  const [result] = await pushDocuments(server, device, 'visitors', [bad])
  expect(result?.status).toBe('quarantined')
  return bad
}

test('P7: what a refused row held lies sealed on the server, and opens with its key at its place', async () => {
  const bad = await refuse()
  const rows = await rawRows(server, 'quarantine')
  const row = rows.find(({ documentId }) => documentId === bad._id)
  const lying = Buffer.concat([
    Buffer.from(JSON.stringify(rows)),
    ...rows.map(({ sealed }) => Buffer.from((sealed as { buffer: Uint8Array }).buffer)),
  ])
  for (const word of [name, 'Sarojini', 'x-987-x']) expect(lying.includes(word)).toBe(false)
  expect(row).toMatchObject({ collection: 'visitors', times: 1, error: { code: 'invalid_document' } })
  expect(String(row?.['societyId'])).toBe(server.lotus.societyId)
  const [opened] = await server.database.quarantine.read(server.lotus.societyId, bad._id, 10)
  expect(JSON.parse(opened?.json ?? '')).toEqual(bad)
})

test('P6: another society reads nothing of it', async () => {
  const bad = await refuse()
  expect(await server.database.quarantine.read(server.palm.societyId, bad._id, 10)).toEqual([])
})

test('P7: a sealed row opens at no other place, with no other key, and not as a photo', () => {
  const key = randomBytes(32)
  const place = { societyId: 'a'.repeat(24), rowId: 'b'.repeat(64) }
  const cipher = createQuarantineCipher([key])
  const { sealed, keyId } = cipher.seal(Buffer.from('{"a":1}'), place)
  expect(cipher.open(sealed, keyId, place).toString()).toBe('{"a":1}')
  expect(() => cipher.open(sealed, keyId, { ...place, societyId: 'c'.repeat(24) })).toThrow()
  expect(() => cipher.open(sealed, keyId, { ...place, rowId: 'c'.repeat(64) })).toThrow()
  expect(() => createQuarantineCipher(testSealingKeys).open(sealed, keyId, place)).toThrow()
  const photoPlace = { societyId: place.societyId, photoId: place.rowId }
  expect(() => createPhotoCipher([key]).open(sealed, keyId, photoPlace)).toThrow()
})
