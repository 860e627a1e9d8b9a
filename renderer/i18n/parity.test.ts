import { errorDescriptions } from '@chowki/shared/errors/codes.ts'
import { approvalMethods, entryTypes, vehicleTypes } from '@chowki/shared/collections/visitor-entries.ts'
import { expect, test } from 'vitest'
import { knownPurposes } from '../kiosk/features/gate/visit-kinds.ts'
import english from './en.json' with { type: 'json' }
import hindi from './hi.json' with { type: 'json' }

const leavesOf = (tree: object, path = ''): Map<string, string> =>
  new Map(
    Object.entries(tree).flatMap(([key, value]: [string, unknown]) =>
      typeof value === 'string'
        ? [[path + key, value] as const]
        : [...leavesOf(value as object, `${path}${key}.`)],
    ),
  )

const inEnglish = leavesOf(english)
const inHindi = leavesOf(hindi)
const placesOf = (text: string): string[] =>
  [...text.matchAll(/\{\{(\w+)\}\}/gu)].map((m) => m[1] ?? '').sort()

test('every key is in both languages', () => {
  expect([...inHindi.keys()].sort()).toEqual([...inEnglish.keys()].sort())
})

test('every sentence has the same places to fill in both languages, and none is empty', () => {
  for (const [key, text] of inEnglish) {
    expect(text.trim(), key).not.toBe('')
    expect(inHindi.get(key)?.trim(), key).not.toBe('')
    expect(placesOf(inHindi.get(key) ?? ''), key).toEqual(placesOf(text))
  }
})

test('Hindi is Hindi: each sentence has Devanagari, but for keys and the other language’s name', () => {
  for (const [key, text] of inHindi)
    if (!key.startsWith('keys.') && key !== 'language.switchTo') expect(text, key).toMatch(/[\u0900-\u097F]/u)
})

test.each(Object.keys(errorDescriptions))('the error %s has the guard’s words and a remedy', (code) => {
  expect(inEnglish.has(`errors.${code}.what`) && inEnglish.has(`errors.${code}.remedy`)).toBe(true)
})

test('every kind, approval, vehicle and purpose has a word', () => {
  const wanted = [
    ...entryTypes.map((type) => `entryType.${type}`),
    ...approvalMethods.map((method) => `approvalMethod.${method}`),
    ...vehicleTypes.map((type) => `vehicleType.${type}`),
    ...knownPurposes.map((purpose) => `purpose.${purpose}`),
  ]
  expect(wanted.filter((key) => !inEnglish.has(key))).toEqual([])
})
