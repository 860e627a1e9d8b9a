import { expect, test } from 'vitest'
import { chosenPlace, composes, rowKey, typesText } from './keys.ts'

const stroke = (
  key: string,
  held: Partial<Record<'altKey' | 'ctrlKey' | 'metaKey' | 'altGr', boolean>> = {},
) => ({
  key,
  altKey: held.altKey ?? false,
  ctrlKey: held.ctrlKey ?? false,
  metaKey: held.metaKey ?? false,
  location: 0,
  getModifierState: (name: string) => name === 'AltGraph' && held.altGr === true,
})

test('FAULT-1: a row is chosen by Alt with a digit of any script, and by nothing that types', () => {
  expect(chosenPlace(stroke('1', { altKey: true }))).toBe(0)
  expect(chosenPlace(stroke('९', { altKey: true }))).toBe(8)
  for (const key of ['1', '९', 'ऍ', 'त्र', '!']) expect(chosenPlace(stroke(key)), key).toBeNull()
  for (const key of ['0', 'a', 'ऍ', 'Enter'])
    expect(chosenPlace(stroke(key, { altKey: true })), key).toBeNull()
  expect(chosenPlace(stroke('1', { altKey: true, ctrlKey: true }))).toBeNull()
  expect(chosenPlace(stroke('1', { altKey: true, altGr: true }))).toBeNull()
  expect(chosenPlace({ ...stroke('1', { altKey: true }), location: 3 })).toBeNull()
})

test('FAULT-1: letters, digits and what a Hindi layout has at Shift+1 and Shift+6 are text; named keys are not', () => {
  for (const key of ['a', '1', '९', 'ऍ', 'त्र', 'A', '+']) expect(typesText(stroke(key)), key).toBe(true)
  for (const key of ['Enter', 'F8', 'ArrowDown', 'Tab', ' ', ''])
    expect(typesText(stroke(key)), key).toBe(false)
  expect(typesText(stroke('1', { altKey: true }))).toBe(false)
  expect(typesText(stroke('z', { ctrlKey: true }))).toBe(false)
})

test('FAULT-1: an input method at work is known by its flag or by the code 229', () => {
  expect(composes({ isComposing: true, keyCode: 13 })).toBe(true)
  expect(composes({ isComposing: false, keyCode: 229 })).toBe(true)
  expect(composes({ isComposing: false, keyCode: 13 })).toBe(false)
})

test('the first nine rows have a key', () => {
  expect([0, 8, 9].map(rowKey)).toEqual(['Alt 1', 'Alt 9', null])
})
