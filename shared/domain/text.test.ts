import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cleanLine, cleanLines, compactText, plainText, toAsciiDigits } from './text.ts'

const zwj = '\u200d'
const zwnj = '\u200c'

describe('FAULT-1: digits of every script are 0-9', () => {
  const systems = Intl.supportedValuesOf('numberingSystem').flatMap((system) => {
    const written = new Intl.NumberFormat(`en-u-nu-${system}`, { useGrouping: false }).format(9876543210)
    return /^\p{Nd}{10}$/u.test(written) ? [[system, written] as const] : []
  })

  test('the numbering systems that this machine knows are asked', () => {
    expect(systems.length).toBeGreaterThan(60)
    expect(systems.map(([system]) => system)).toEqual(expect.arrayContaining(['deva', 'tamldec', 'mathdbl']))
  })

  test.each(systems)('%s', (_system, written) => {
    expect(toAsciiDigits(`+${written} x`)).toBe('+9876543210 x')
  })
})

describe('FAULT-1: what nobody sees is taken out before judging and storing', () => {
  test.each([
    ['Ra\u200bvi', 'Ravi'],
    ['\u202a+91 98765\u202c', '+91 98765'],
    ['\ufeffRavi\u00a0Kumar', 'Ravi Kumar'],
    ['Ra\u00advi', 'Ravi'],
    ['\u2066Ravi\u2069', 'Ravi'],
    ['Ravi\tKumar\u0000\u001b', 'Ravi Kumar'],
    ['Ravi\ud800', 'Ravi'],
    [`Ra${zwj}vi`, 'Ravi'],
    ['Rene\u200b\u0301', 'Ren\u00e9'],
  ])('%j is stored as %j', (typed, stored) => {
    expect(cleanLine(typed)).toBe(stored)
  })

  test.each([
    '',
    ' ',
    '\u200b',
    '\u2060\ufeff',
    zwj,
    '\ufe0f\u200d',
    '\u034f\u200d',
    '\u3164',
    '\u2800',
    '\u00a0\t',
  ])('%j is no name', (typed) => {
    expect(cleanLine(typed)).toBe('')
  })

  test.each([`അവന\u0d4d${zwj}`, `র${zwj}\u09cdয`, `می${zwnj}خواهم`, '❤\ufe0f\u200d🔥'])(
    'a joiner that %s needs stays in what is stored, and is ignored in what is compared',
    (name) => {
      const stored = name.normalize('NFC')
      expect(cleanLine(name)).toBe(stored)
      expect(plainText(name)).not.toMatch(/\u200c|\u200d|\ufe0f/u)
      expect(plainText(name)).toBe(plainText(stored.replace(/\u200c|\u200d|\ufe0f/gu, '')))
    },
  )

  test('a note keeps its lines, each of them clean', () => {
    expect(cleanLines(' Came\u200b by\u00a0car \r\n\u200b\nleft ')).toBe('Came by car\n\nleft')
  })

  test('property: clean text stays as it is, and no class of the schema refuses it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (typed) => {
        const clean = cleanLine(typed)
        expect(cleanLine(clean)).toBe(clean)
        expect(clean).toMatch(/^[^\p{Cc}\p{Cs}]*$/u)
        expect(plainText(clean)).toBe(plainText(typed))
      }),
      { numRuns: 500 },
    )
  })
})

test('FAULT-3: compact text has letters and digits only', () => {
  for (const plate of ['MH 12 AB 1234', 'mh-12-ab-1234', 'MH.12.AB.1234', 'ＭＨ१२ab\u200b१२३४'])
    expect(compactText(plate)).toBe('mh12ab1234')
  expect(compactText('A/1203')).toBe('a1203')
})
