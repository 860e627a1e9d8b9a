import { expect, test } from 'vitest'
import { readOptions } from './options.ts'

test('the power cuts take their number, a seed, and what to cut', () => {
  expect(readOptions([])).toEqual({ cuts: 50, seed: null, subjects: ['desk', 'server'] })
  expect(readOptions(['--seed', '7', '--cuts', '3'])).toMatchObject({ cuts: 3, seed: 7 })
  expect(readOptions(['--only', 'server']).subjects).toEqual(['server'])
})

test.each([
  [['--cuts'], /whole number.*not ""/],
  [['--cuts', '0'], /whole number/],
  [['--cuts', '10001'], /1 to 10000/],
  [['--seed', '-1'], /whole number/],
  [['--only', 'gate'], /desk or server, not "gate"/],
  [['--seeds', '1'], /no option "--seeds"/],
])('the power cuts refuse %j in one line', (args, message) => {
  expect(() => readOptions(args)).toThrow(message)
})
