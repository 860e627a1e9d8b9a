import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maskPhone, normalisePhone, toAsciiDigits } from './phone.ts'

describe('P2: one phone, one form', () => {
  test.each([
    '9812345678',
    '+919812345678',
    '+91 98123 45678',
    '91-9812345678',
    '09812345678',
    '0091 98123-45678',
    '+91 09812345678',
    '(+91) 98123.45678',
    '९८१२३४५६७८',
    '+৯১ ৯৮১২৩৪৫৬৭৮',
    '\u202a+91 98123 45678\u202c',
  ])('%s is +919812345678', (typed) => {
    expect(normalisePhone(typed)).toBe('+919812345678')
  })

  test.each([
    ['080 2345 6789', '+918023456789'],
    ['+44 20 7946 0958', '+442079460958'],
    ['1203', '1203'],
    ['+1 (415) 555-2671', '+14155552671'],
  ])('%s is %s', (typed, canonical) => {
    expect(normalisePhone(typed)).toBe(canonical)
  })

  test.each(['', 'abc', '12', '98123x5678', '1'.repeat(16), '+', '++919812345678', '98123\u000045678'])(
    '%j is no phone',
    (typed) => {
      expect(normalisePhone(typed)).toBeNull()
    },
  )

  test('property: a canonical phone stays as it is, and fits the field', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\+?[0-9 -]{1,20}$/), (typed) => {
        const canonical = normalisePhone(typed)
        if (canonical === null) return
        expect(normalisePhone(canonical)).toBe(canonical)
        expect(canonical).toMatch(/^\+?[0-9]{4,15}$/)
      }),
    )
  })
})

test('P7: a masked phone shows four digits of ten, two of a short one', () => {
  expect(maskPhone('+919812345678')).toBe('+••••••••5678')
  expect(maskPhone('1203')).toBe('••03')
})

test('digits of any script become the ones of a keyboard', () => {
  expect(toAsciiDigits('१२०३ ௧௨ 𝟗 A7')).toBe('1203 12 9 A7')
})
