/** Rows that a hostile or broken kiosk pushes: each is quarantined where people see it, and its neighbours are stored. */
import type { PushResult } from '@chowki/shared/protocol/messages.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { enrolDevice, errorOf, rawRows, startTestServer } from '../testing/test-server.ts'
import type { TestDevice, TestServer } from '../testing/test-server.ts'
import { newId } from '../testing/test-society.ts'
import { pull, pushDocuments, pushText, visitOf, visitorOf } from '../testing/test-visits.ts'

let server: TestServer
let lotus: TestDevice
let palm: TestDevice
beforeAll(async () => {
  server = await startTestServer()
  lotus = await enrolDevice(server, server.lotus)
  palm = await enrolDevice(server, server.palm)
})
afterAll(() => server.close())

const now = () => server.clock.now
const quarantined = () => server.database.quarantine.list(server.lotus.societyId, 1_000)
const stored = async (collection: string, id: string) =>
  (await rawRows(server, collection)).find(({ _id }) => String(_id) === id)

function expectRefused(result: PushResult | undefined, code: string, field?: string): void {
  if (result?.status !== 'quarantined') throw new Error(`not refused: ${JSON.stringify(result)}`)
  expect(result.error).toMatchObject({ code, ...(field === undefined ? {} : { field }) })
  expect(result.error.message).not.toBe('')
  expect(result.error.remedy).not.toBe('')
}

/** The bad document goes between two good ones, which must be stored. */
async function pushBetweenGoodOnes(bad: object): Promise<PushResult | undefined> {
  const [first, last] = [visitorOf(lotus, now()), visitorOf(lotus, now())]
  const results = await pushDocuments(server, lotus, 'visitors', [first, bad, last])
  expect(results.map(({ status }) => status)).toEqual(['stored', expect.any(String), 'stored'])
  for (const { _id } of [first, last]) expect(await stored('visitors', _id)).toBeDefined()
  return results[1]
}

describe('bad documents are quarantined, seen by people, and block nobody', () => {
  const badFields: Record<string, [object, string]> = {
    'an unknown field': [{ isAdmin: true }, 'newDocumentState/isAdmin'],
    'a number for a name': [{ name: 42 }, 'newDocumentState/name'],
    'an object for a name': [{ name: { $ne: null } }, 'newDocumentState/name'],
    'a list for a phone': [{ phone: ['+911111150001'] }, 'newDocumentState/phone'],
    'null for a name': [{ name: null }, 'newDocumentState/name'],
    'an empty name': [{ name: '' }, 'newDocumentState/name'],
    'a name of 10,000 letters': [{ name: 'x'.repeat(10_000) }, 'newDocumentState/name'],
    'letters in a phone': [{ phone: '98abc' }, 'newDocumentState/phone'],
    'a whole Aadhaar number': [
      { idProof: { type: 'Aadhar', number: '123412341234' } },
      'newDocumentState/idProof/number',
    ],
    'an unknown nested field': [
      { idProof: { type: 'Aadhar', $where: '1' } },
      'newDocumentState/idProof/$where',
    ],
    'a time as text': [{ createdAt: '2026-08-15' }, 'newDocumentState/createdAt'],
    'a time with a fraction': [{ createdAt: 1_786_768_200_000.5 }, 'newDocumentState/createdAt'],
    'a clock of 1970': [{ createdAt: 0 }, 'newDocumentState/createdAt'],
    'a clock of 2100': [{ updatedAt: Date.UTC(2100, 0, 2) }, 'newDocumentState/updatedAt'],
    'a negative time': [{ updatedAt: -1 }, 'newDocumentState/updatedAt'],
    'a time of 1e300': [{ updatedAt: 1e300 }, 'newDocumentState/updatedAt'],
    'an id that is no id': [{ _id: 'visitor-1' }, 'newDocumentState/_id'],
    'an id in capitals': [{ _id: 'A'.repeat(24) }, 'newDocumentState/_id'],
    'a deletion that is neither yes nor no': [{ _deleted: 'true' }, 'newDocumentState/_deleted'],
    'a photo id that is a path': [{ photo: '../../etc/passwd' }, 'newDocumentState/photo'],
  }
  for (const [what, [changes, field]] of Object.entries(badFields)) {
    test(what, async () => {
      const bad = visitorOf(lotus, now(), changes)
      const result = await pushBetweenGoodOnes(bad)
      expectRefused(result, 'invalid_document')
      const told = result?.status === 'quarantined' ? result.error.field : ''
      expect(told?.replace('/?', '')).toBe(field.replace('/$where', ''))
      expect(await quarantined()).toContainEqual(
        expect.objectContaining({
          collection: 'visitors',
          documentId: bad._id,
          errorCode: 'invalid_document',
          deviceId: lotus.deviceId,
        }),
      )
      expect(await stored('visitors', bad._id)).toBeUndefined()
    })
  }

  const withoutId: Record<string, unknown> = {
    'no id': undefined,
    'an id that is an object': { $gt: '' },
    'an empty id': '',
    'a number as id': 7,
  }
  for (const [what, _id] of Object.entries(withoutId)) {
    test(what, async () => {
      expectRefused(
        await pushBetweenGoodOnes({ ...visitorOf(lotus, now()), _id }),
        'invalid_document',
        'newDocumentState/_id',
      )
    })
  }

  test('P6: a document of another society', async () => {
    const bad = visitorOf(palm, now())
    expectRefused(await pushBetweenGoodOnes(bad), 'foreign_society', 'newDocumentState/societyId')
    expect(await stored('visitors', bad._id)).toBeUndefined()
  })

  test('P6: the id of a document of another society gives nothing of it away', async () => {
    const theirs = visitorOf(palm, now(), { name: 'Meenakshi Palm', phone: '+911111159999' })
    await pushDocuments(server, palm, 'visitors', [theirs])
    const mine = visitorOf(lotus, now(), { _id: theirs._id })
    const result = await pushBetweenGoodOnes(mine)
    expect(result?.status).toBe('quarantined')
    expect(JSON.stringify(result)).not.toMatch(/Meenakshi|59999/)
    expect(JSON.stringify(result)).not.toContain(server.palm.societyId)
    expect((await stored('visitors', theirs._id))?.['name']).toBe('Meenakshi Palm')
  })

  test('trap 8: a deletion by a kiosk', async () => {
    const visitor = visitorOf(lotus, now())
    await pushDocuments(server, lotus, 'visitors', [visitor])
    expectRefused(await pushBetweenGoodOnes({ ...visitor, _deleted: true }), 'field_not_writable')
    expect((await stored('visitors', visitor._id))?.['_deleted']).toBe(false)
  })

  test('fields that the server owns are not taken from a kiosk', async () => {
    const visit = visitOf(lotus, now(), { serverTime: now() - 86_400_000, timeDriftMs: 5 })
    await pushDocuments(server, lotus, 'visitorEntries', [visit])
    const row = await stored('visitorEntries', visit._id)
    expect(row?.['serverTime']).toEqual(new Date(now()))
    expect(row?.['timeDriftMs']).toBe(0)
  })

  test('a visit with more flats, or a state, than there are', async () => {
    for (const changes of [
      { flatIds: Array.from({ length: 21 }, newId) },
      { flatIds: [] },
      { state: 'Nowhere' },
      { sortKey: -5 },
      { entryType: '__proto__' },
    ]) {
      const [result] = await pushDocuments(server, lotus, 'visitorEntries', [visitOf(lotus, now(), changes)])
      expectRefused(result, 'invalid_document')
    }
  })

  test('the same bad document again is in the list once', async () => {
    const bad = visitorOf(lotus, now(), { name: 42 })
    for (let count = 0; count < 3; count += 1) await pushDocuments(server, lotus, 'visitors', [bad])
    expect((await quarantined()).filter(({ documentId }) => documentId === bad._id)).toHaveLength(1)
  })
})

describe('prototype keys', () => {
  for (const key of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']) {
    test(`${key} in a document is quarantined or refused, and changes no object`, async () => {
      const good = JSON.stringify(visitorOf(lotus, now()))
      const bad = `${good.slice(0, -1)},"${key}":{"isAdmin":true}}`
      const rows = [good, bad].map((document) => `{"newDocumentState":${document}}`).join(',')
      const answer = await pushText(
        server,
        lotus,
        'visitors',
        `{"schemaVersion":0,"sentAt":${now()},"rows":[${rows}]}`,
      )
      expect([200, 400]).toContain(answer.statusCode)
      if (answer.statusCode === 200) {
        expect(answer.json<{ results: PushResult[] }>().results[1]?.status).toBe('quarantined')
      } else {
        expect(errorOf(answer).code).toBe('invalid_request')
      }
      expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined()
    })

    test(`${key} as the name of a collection is unknown`, async () => {
      const answer = await pull(server, lotus, key, { schemaVersion: 0, checkpoint: null, limit: 10 })
      expect(answer.statusCode).toBe(404)
      expect(errorOf(answer).code).toBe('collection_unknown')
    })
  }
})

describe('names in every script and characters that break', () => {
  const names = [
    'सुनीता पाटिल',
    'முருகன் வேலு',
    'మహేష్ గౌడ్',
    'অনির্বাণ মুখার্জি',
    'હંસા પટેલ',
    'ಮಂಜುನಾಥ ಗೌಡ',
    'സിന്ധു നായർ',
    'ਹਰਜੀਤ ਕੌਰ',
    'ଜଗନ୍ନାଥ ସାହୁ',
    'محمد خان',
    '李小龍',
    'Zoë O’Brien-Śmith',
    'क्‍ष र्‍य',
    '👩🏽‍🔧 Tara',
    'Ｆｕｌｌ Ｗｉｄｔｈ',
  ]
  test('every script is stored and given back letter by letter', async () => {
    const visitors = names.map((name) => visitorOf(lotus, now(), { name }))
    const results = await pushDocuments(server, lotus, 'visitors', visitors)
    expect(results.map(({ status }) => status)).toEqual(names.map(() => 'stored'))
    const answer = await pull(server, lotus, 'visitors', { schemaVersion: 0, checkpoint: null, limit: 1_000 })
    const pulled = answer.json<{ documents: { _id: string; name: string }[] }>().documents
    for (const { _id, name } of visitors as { _id: string; name?: string }[]) {
      expect(pulled.find((document) => document._id === _id)?.name).toBe(name)
    }
  })

  for (const [what, character] of Object.entries({
    nul: '\u0000',
    escape: '\u001b',
    'line feed': '\n',
    delete: '\u007f',
    'C1 control': '\u0085',
    'lone surrogate': '\ud800',
  })) {
    test(`${what} in a name is quarantined`, async () => {
      const bad = visitorOf(lotus, now(), { name: `Asha${character}Rao` })
      expectRefused(await pushBetweenGoodOnes(bad), 'invalid_document', 'newDocumentState/name')
      expect(await quarantined()).toContainEqual(expect.objectContaining({ documentId: bad._id }))
    })
  }
})

describe('clocks', () => {
  for (const sentAt of [0, Date.UTC(1970, 0, 2), Date.UTC(2100, 0, 1), -1e15, 1e300]) {
    test(`P1: a push that says it is ${sentAt} is taken, and its drift stays within what can be stored`, async () => {
      const visit = visitOf(lotus, now())
      const [result] = await pushDocuments(server, lotus, 'visitorEntries', [visit], sentAt)
      expect(result?.status).toBe('stored')
      expect(Number.isSafeInteger((await stored('visitorEntries', visit._id))?.['timeDriftMs'])).toBe(true)
    })
  }
})
