import { expect, test } from 'vitest'
import { initialsOf } from './person-photo.tsx'

test('initials are whole letters of every script, first and last name', () => {
  expect(initialsOf('Ravi Kumar')).toBe('RK')
  expect(initialsOf('asha')).toBe('A')
  expect(initialsOf('Joseph M. D’Souza')).toBe('JD')
  expect(initialsOf('कमला देवी')).toBe('कदे')
  expect(initialsOf('செல்வம் முருகன்')).toBe('செ')
  expect(initialsOf('  ')).toBe('')
})
