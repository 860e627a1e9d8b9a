import { expect, test } from 'vitest'
import { normalizeCode, originOf, spokenCode } from './enrolment-code.ts'

test('a code is taken as it is read aloud: small letters, blanks, O for 0, I and L for 1', () => {
  expect(normalizeCode(' 7k4m-2xq9 ')).toBe('7K4M2XQ9')
  expect(normalizeCode('oil00000')).toBe('01100000')
  expect(normalizeCode('7K4M2XQ9EXTRA')).toBe('7K4M2XQ9')
  expect(normalizeCode('7K4M!u')).toBe('7K4M')
  expect(spokenCode('7K4M2XQ9')).toBe('7K4M 2XQ9')
  expect(spokenCode('7K')).toBe('7K')
})

test('FAULT-1: a code in any script’s digits, pasted with marks that nobody sees', () => {
  expect(normalizeCode('७K\u200b4M ２\u00a0XQ९')).toBe('7K4M2XQ9')
})

test('an address becomes its origin, https where no scheme is given', () => {
  expect(originOf('chowki.example.org')).toBe('https://chowki.example.org')
  expect(originOf(' http://10.0.0.4:4700/enrol?x=1 ')).toBe('http://10.0.0.4:4700')
  expect(originOf('localhost:4700')).toBe('https://localhost:4700')
})

test('what is no address is refused', () => {
  for (const typed of ['', '  ', 'two words', 'ftp://example.org', 'javascript:alert(1)', 'https://'])
    expect(originOf(typed), typed).toBeNull()
})
