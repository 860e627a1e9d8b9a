import { describe, expect, test } from 'vitest'
import { contrastOf } from './contrast.ts'
import { palettes, textPairs } from './theme.ts'
import type { Scheme } from './theme.ts'

const schemes: readonly Scheme[] = ['light', 'dark']

describe.each(schemes)('the %s palette can be read in the sun', (scheme) => {
  test.each(textPairs)('%s on %s is at least 7:1', (ink, ground) => {
    expect(contrastOf(palettes[scheme][ink], palettes[scheme][ground])).toBeGreaterThanOrEqual(7)
  })

  test.each(['canvas', 'surface', 'sunken', 'raised'] as const)(
    'edges of controls on %s are 3:1',
    (ground) => {
      expect(contrastOf(palettes[scheme].edge, palettes[scheme][ground])).toBeGreaterThanOrEqual(3)
    },
  )
})

test('the measure itself: black on white is 21:1, a colour on itself 1:1', () => {
  expect(contrastOf('#000000', '#FFFFFF')).toBeCloseTo(21, 5)
  expect(contrastOf('#2C2A86', '#2C2A86')).toBe(1)
})
