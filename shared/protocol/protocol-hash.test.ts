/**
 * Kiosks are updated weeks after the server. This test fails when anything that travels between them changes
 * without a new version: the committed hashes below are the record of what each version looked like.
 */
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { kioskCollections } from '../collections/registry.ts'
import * as deviceApi from './device-api.ts'
import * as messages from './messages.ts'
import { photoFrameHeaderSchema } from './photo-frame.ts'
import { collectionContract, messageContract } from './protocol-hash.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16)

const schemasOf = (module: object) =>
  Object.fromEntries(Object.entries(module).filter(([name]) => name.endsWith('Schema')))

const committed = {
  protocol: { version: 2, hash: '40122b993694449a' },
  deviceApi: { hash: '4efa4898faeafaca' },
  collections: {
    flats: { version: 0, hash: 'e3c60360ad9b5ee9' },
    residents: { version: 0, hash: '572e20a5de0a79ba' },
    users: { version: 0, hash: 'bd700e1b9dd8431b' },
    visitors: { version: 0, hash: 'cc4e78060091b2a4' },
    personLinks: { version: 0, hash: '0f35365be3953189' },
    visitorEntries: { version: 1, hash: 'd088a71ea3665fb7' },
    preApprovals: { version: 0, hash: 'bc32c51521c51dde' },
    watchlist: { version: 0, hash: 'ca9106aeb44cd691' },
    patrolRoutes: { version: 0, hash: 'b9564165757aceec' },
    patrolLogs: { version: 0, hash: '15355d3be18b9079' },
  } as Readonly<Record<string, { readonly version: number; readonly hash: string }>>,
}

test('the replication messages are those of their protocol version', () => {
  const hash = sha256(messageContract({ ...schemasOf(messages) }))
  expect(
    { version: messages.protocolVersion, hash },
    'The messages of the replication changed. Raise `protocolVersion` in messages.ts, add a line to `protocolHistory`, ' +
      'keep the server accepting the version before, then write the new version and hash here.',
  ).toEqual(committed.protocol)
})

test('every protocol version has its line of history, and the server accepts the newest two', () => {
  const versions = Object.keys(messages.protocolHistory).map(Number)
  expect(versions).toEqual(Array.from({ length: messages.protocolVersion }, (_, index) => index + 1))
  expect(messages.acceptedProtocolVersions).toEqual([messages.protocolVersion - 1, messages.protocolVersion])
})

test('the device’s own messages are as they were', () => {
  expect(
    sha256(messageContract({ ...schemasOf(deviceApi), photoFrameHeaderSchema })),
    'Enrolment, site or photo messages changed. An older kiosk must still be understood and must understand the ' +
      'answer: add optional fields only, then write the new hash here.',
  ).toBe(committed.deviceApi.hash)
})

test.each(kioskCollections.map((definition) => [definition.name, definition] as const))(
  '%s is that of its version',
  (name, definition) => {
    expect(
      { version: definition.version, hash: sha256(collectionContract(definition)) },
      `The collection ${name} changed on the wire. Raise its version, give \`migrations\` from the version before and ` +
        '`addedFields` for what a kiosk of that version does not know, then write the new version and hash here.',
    ).toEqual(committed.collections[name])
  },
)
