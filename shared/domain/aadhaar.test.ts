import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hasAadhaar, maskAadhaar, maskAadhaarIn, passesVerhoeff } from './aadhaar.ts'

describe('FAULT-4: Verhoeff', () => {
  test.each(['2363', '123451', '1428570', '1234567890120', '84736430954837284567892'])(
    '%s passes',
    (digits) => {
      expect(passesVerhoeff(digits)).toBe(true)
    },
  )

  test('property: no single wrong digit and no swap of neighbours passes', () => {
    const eleven = fc.stringMatching(/^[2-9][0-9]{10}$/)
    fc.assert(
      fc.property(eleven, fc.nat(11), fc.integer({ min: 1, max: 9 }), (body, at, more) => {
        const valid = withCheck(body)
        const wrong = (Number(valid[at]) + more) % 10
        expect(passesVerhoeff(valid.slice(0, at) + wrong + valid.slice(at + 1))).toBe(false)
        const [a, b] = [valid[at], valid[at + 1]]
        if (a === b || b === undefined) return
        expect(passesVerhoeff(valid.slice(0, at) + b + a + valid.slice(at + 2))).toBe(false)
      }),
    )
  })
})

const withCheck = (body: string): string =>
  Array.from({ length: 10 }, (_, digit) => `${body}${digit}`).find(passesVerhoeff) ?? ''

const valid = withCheck('23456789012')
const last = valid.slice(-4)
const inFours = [valid.slice(0, 4), valid.slice(4, 8), last]

describe('FAULT-4 P7: an Aadhaar number becomes its last four digits', () => {
  test.each([
    [valid, `XXXXXXXX${last}`],
    [inFours.join(' '), `XXXX XXXX ${last}`],
    [inFours.join('-'), `XXXX-XXXX-${last}`],
    [inFours.join('\u00a0'), `XXXX\u00a0XXXX\u00a0${last}`],
    [`Aadhaar:${valid}, seen`, `Aadhaar:XXXXXXXX${last}, seen`],
    [`UID${valid}`, `UIDXXXXXXXX${last}`],
    [`${valid} and ${inFours.join(' ')}`, `XXXXXXXX${last} and XXXX XXXX ${last}`],
    [`12 ${inFours.join(' ')}`, `12 XXXX XXXX ${last}`],
  ])('%s', (text, masked) => {
    expect(maskAadhaar(text)).toBe(masked)
    expect(hasAadhaar(text)).toBe(true)
    expect(hasAadhaar(masked)).toBe(false)
  })

  test.each([0x0966, 0x0be6, 0x09e6, 0x0660, 0x1d7ce])('in the digits from %s on', (zero) => {
    const inScript = (digits: string) =>
      Array.from(digits, (digit) => String.fromCodePoint(zero + Number(digit))).join('')
    const masked = maskAadhaar(`no. ${inScript(valid)}`)
    expect(masked).toMatch(new RegExp(`X{8}${inScript(last)}$`, 'u'))
  })

  test.each([
    ['a phone with its country', `+${valid}`],
    ['a country and a number', `+49 ${valid}`],
    ['a phone as it is written', '+91 98765 43210'],
    ['a phone in fives', '91 98765 43210'],
    ['an order number that fails the check', String(BigInt(valid) + 1n)],
    ['thirteen digits', `${valid}7`],
    ['a card of sixteen digits', `4444 ${inFours.join(' ')}`],
    ['a card of sixteen digits, from its beginning', `${inFours.join(' ')} 4444`],
    ['twelve digits that begin with 1', withCheck('12345678901')],
  ])('%s passes', (_what, text) => {
    expect(maskAadhaar(text)).toBe(text)
  })

  test('property: whatever stands around it, no valid number is left, and the text keeps its length', () => {
    const word = fc.stringMatching(/^[\p{L} ,]{0,12}$/u)
    fc.assert(
      fc.property(fc.stringMatching(/^[2-9][0-9]{10}$/), word, word, (body, before, after) => {
        const number = withCheck(body)
        const masked = maskAadhaar(before + number + after)
        expect(masked).not.toContain(number)
        expect(masked).toHaveLength((before + number + after).length)
      }),
    )
  })
})

describe('FAULT-4: in a document', () => {
  test('every text at any depth is masked, ids are not, a phone stays digits', () => {
    const id = `abcdef${valid}abcdef`
    const document = {
      _id: id,
      name: valid,
      phone: valid,
      list: [{ notes: `x ${valid}` }],
      at: 5,
      gone: null,
    }
    expect(maskAadhaarIn(document)).toEqual({
      ...document,
      name: `XXXXXXXX${last}`,
      phone: last,
      list: [{ notes: `x XXXXXXXX${last}` }],
    })
  })

  test('property: what is passed over without a look holds no number', () => {
    const part = fc.oneof(
      fc.stringMatching(/^[0-9]{1,6}$/),
      fc.constantFrom(' ', '-', '.', '  ', '\u00a0', '\u2013', 'x', '+', '\u0967\u0968'),
      fc.constant(valid),
      fc.constant(inFours.join('. ')),
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const text = parts.join('')
        fc.pre(!/^[0-9a-f]{24,}$/.test(text))
        expect(maskAadhaarIn({ name: text }).name).toBe(maskAadhaar(text))
      }),
    )
  })

  test('a document without any is the same object', () => {
    const document = { name: 'Ravi', phone: '+919876543210', flatIds: ['a'], bytes: new Uint8Array(2) }
    expect(maskAadhaarIn(document)).toBe(document)
  })
})

test('a hostile depth does not end the call', () => {
  let deep: unknown = []
  for (let level = 0; level < 100_000; level += 1) deep = [deep]
  expect(maskAadhaarIn({ deep }).deep).toBe(deep)
})
