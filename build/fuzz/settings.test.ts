import { expect, test } from 'vitest'
import { readFuzzSettings } from './settings.ts'

test('the fuzz takes how many requests each route gets, and where its seeds begin', () => {
  expect(readFuzzSettings(['--runs', '2000'])).toEqual({ runs: 2_000, seed: 1 })
  expect(readFuzzSettings(['--seed', '7', '--runs', '3'])).toEqual({ runs: 3, seed: 7 })
})

test.each([
  [[], /how many requests/],
  [['--runs'], /whole number.*not ""/],
  [['--runs', '0'], /whole number/],
  [['--runs', '1e3'], /whole number/],
  [['--runs', '5', '--seeds', '2'], /no option "--seeds"/],
])('the fuzz refuses %j in one line', (args, message) => {
  expect(() => readFuzzSettings(args)).toThrow(message)
})
