import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maskPhone, normalisePhone } from './phone.ts'

describe('FAULT-1 P2: one phone, one form', () => {
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
    '(+91) 98123 45678',
    '+91 (0) 98123 45678',
    '\ufeff98123\u00a045678',
    '9812\u200b345678',
    '௯௮௧௨௩௪௫௬௭௮',
    '＋９１９８１２３４５６７８',
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

  test.each(['981234567', '98123456789', '91987654321', '+91 98123 4567', '+1 987 654 3210', '8 012 345'])(
    'FAULT-1: %s has a digit too few, too many or a wrong one for its country',
    (typed) => {
      expect(normalisePhone(typed)).toBeNull()
    },
  )

  test('FAULT-1: a number without a country is one of the society’s country', () => {
    expect(normalisePhone('50 123 4567', 'AE')).toBe('+971501234567')
    expect(normalisePhone('(415) 555-2671', 'US')).toBe('+14155552671')
    expect(normalisePhone('98123 45678', 'AE')).toBeNull()
    expect(normalisePhone('98123 45678', 'no country')).toBe('+919812345678')
  })

  test.each(['', 'abc', '12', '98123x5678', '1'.repeat(16), '+', '++919812345678'])(
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
