import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createObjectId, isObjectId, objectIdRandomBytes } from './object-id.ts'

const random = fc.uint8Array({ minLength: objectIdRandomBytes, maxLength: objectIdRandomBytes })

test('property: P2: an id is 24 hex digits, and other random bytes make another id', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, min: -1e12, max: 1e14 }), random, random, (now, a, b) => {
      expect(isObjectId(createObjectId(now, a))).toBe(true)
      expect(createObjectId(now, a) === createObjectId(now, b)).toBe(a.join() === b.join())
    }),
  )
})

test('ids sort by the second in which they were made', () => {
  const bytes = new Uint8Array(objectIdRandomBytes)
  expect(createObjectId(1_700_000_000_000, bytes)).toBe('6553f1000000000000000000')
  expect(createObjectId(1_700_000_000_000, bytes) < createObjectId(1_700_000_001_000, bytes)).toBe(true)
})

test.each([null, 1, '', '64f00000000000000000000', '64F000000000000000000001', '64f000000000000000000001\n'])(
  '%j is no id',
  (value) => {
    expect(isObjectId(value)).toBe(false)
  },
)
