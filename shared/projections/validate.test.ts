import { describe, expect, test } from 'vitest'
import { visitorEntriesCollection } from '../collections/visitor-entries.ts'
import { visitorsCollection } from '../collections/visitors.ts'
import { sampleIds, sampleNow, sampleVisit } from '../test-data/visits.ts'
import { validateDocument } from './validate.ts'

const visitor = {
  _id: sampleIds.visitor,
  societyId: sampleIds.society,
  createdAt: sampleNow,
  updatedAt: sampleNow,
  name: 'Asha Rao',
  phone: '+919812345678',
}
const judge = (document: unknown) => validateDocument(visitorsCollection, document)
const misfitOf = (document: unknown) => {
  const judged = judge(document)
  return judged.ok ? null : judged.error
}

describe('bad input: each misfit is named by field and rule', () => {
  test.each<[string, object, string]>([
    ['phone', { phone: '98 12' }, 'form'],
    ['phone', { phone: 9_812_345_678 }, 'string'],
    ['name', { name: '' }, 'at least 1'],
    ['name', { name: 'x'.repeat(121) }, 'at most 120'],
    ['name', { name: 'A\u0000B' }, 'characters'],
    ['name', { name: 'A\u0085B' }, 'characters'],
    ['name', { name: 'A\nB' }, 'characters'],
    ['name', { name: 'A\ud800B' }, 'characters'],
    ['createdAt', { createdAt: 0 }, '>= 946684800000'],
    ['createdAt', { createdAt: 5_000_000_000_000 }, '<= 4102444800000'],
    ['createdAt', { createdAt: sampleNow + 0.5 }, 'integer'],
    ['createdAt', { createdAt: Number.NaN }, 'integer'],
    ['createdAt', { createdAt: null }, 'integer'],
    ['_id', { _id: sampleIds.visitor.toUpperCase() }, 'form'],
    ['societyId', { societyId: { $ne: null } }, 'string'],
    ['idProof/type', { idProof: { type: 'Ration' } }, 'one of: Aadhar'],
    ['idProof/number', { idProof: { type: 'Aadhar', number: '123412341234' } }, 'at most 4'],
    ['idProof/$where', { idProof: { type: 'Aadhar', $where: '1' } }, 'not a known field'],
    ['nickname', { nickname: 'x' }, 'not a known field'],
    ['_seq', { _seq: 1 }, 'not a known field'],
    ['_deleted', { _deleted: 1 }, 'boolean'],
    ['constructor', { constructor: 1 }, 'not a known field'],
    ['prototype', { prototype: 1 }, 'not a known field'],
    ['toString', { toString: 1 }, 'not a known field'],
  ])('%s in %j', (field, change, words) => {
    const misfit = misfitOf({ ...visitor, ...change })
    expect(misfit?.field).toBe(field.replace('$where', '?'))
    expect(misfit?.message).toContain(words)
  })

  test.each(['__proto__', 'constructor', 'prototype'])('a key %s is refused at any depth', (key) => {
    const parse = (json: string) => JSON.parse(json.replace('KEY', key)) as object
    expect(misfitOf({ ...visitor, ...parse('{"idProof":{"type":"Aadhar","KEY":{"a":1}}}') })).not.toBeNull()
    const own = JSON.parse(JSON.stringify(visitor).replace('{', `{"${key}":{"isAdmin":true},`)) as object
    expect(misfitOf(own)).not.toBeNull()
    const entry = JSON.parse(JSON.stringify(sampleVisit()).replace('{', `{"${key}":1,`)) as object
    expect(validateDocument(visitorEntriesCollection, entry).ok).toBe(false)
  })

  test.each([null, undefined, 1, 'x', [], [visitor], () => 1])('%j is no document', (value) => {
    expect(misfitOf(value)).not.toBeNull()
  })

  test('P7: neither a value nor a foreign key that is not a plain word is repeated', () => {
    const secret = '98123 45678 Asha'
    for (const change of [
      { phone: secret },
      { [secret]: 1 },
      { '9812345678': 1 },
      { phone9812345678: 1 },
      { idProof: { type: secret } },
      { name: `${secret}\u0000` },
    ]) {
      expect(JSON.stringify(misfitOf({ ...visitor, ...change }))).not.toContain('98123')
    }
  })

  test('a missing field is named', () => {
    const { phone: _phone, ...rest } = visitor
    expect(misfitOf(rest)).toEqual({ field: 'phone', message: 'is missing' })
    expect(misfitOf({ ...visitor, idProof: {} })).toEqual({ field: 'idProof/type', message: 'is missing' })
  })
})

test.each(['क्ष\u200dत्रिय', 'ਗੁਰਪ੍ਰੀਤ', '👨‍👩‍👧', 'محمد', '\u200fעברית', '陈伟', 'Zoë', 'i̇', '𝒳'.repeat(120)])(
  'a name in any script is taken: %s',
  (name) => {
    expect(judge({ ...visitor, name })).toEqual({ ok: true, value: true })
  },
)

test('notes keep their lines; other control characters are refused there, too', () => {
  const judgeNotes = (notes: string) =>
    validateDocument(visitorEntriesCollection, { ...sampleVisit(), notes }).ok
  expect(judgeNotes('Left bag\n\tBack soon')).toBe(true)
  for (const bad of ['a\u0007', 'a\r\n', 'a\u0000', 'a\u0085', 'a\udc00']) expect(judgeNotes(bad)).toBe(false)
})

test('200,000 unknown keys are refused in time', () => {
  const hostile = {
    ...visitor,
    ...Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [`k${i}`, i])),
  }
  const startedAt = performance.now()
  expect(judge(hostile).ok).toBe(false)
  // Looking through all of them for each takes minutes.
  expect(performance.now() - startedAt).toBeLessThan(30_000)
})
