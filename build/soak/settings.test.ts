import { expect, test } from 'vitest'
import { readSoakSettings, refuseDebugging, refuseFullDisk } from './settings.ts'

test('the soak takes its number of seeds, and where to begin', () => {
  expect(readSoakSettings(['--seeds', '10000'])).toEqual({ seeds: 10_000, from: 1 })
  expect(readSoakSettings(['--from', '7', '--seeds', '3'])).toEqual({ seeds: 3, from: 7 })
})

test.each([
  [[], /how many seeds/],
  [['--seeds'], /whole number.*not ""/],
  [['--seeds', '0'], /whole number/],
  [['--seeds', '-5'], /whole number/],
  [['--seeds', '1.5'], /whole number/],
  [['--seeds', 'many'], /whole number/],
  [['--seeds', '5', '--form', '2'], /no option "--form"/],
])('the soak refuses %j in one line', (args, message) => {
  expect(() => readSoakSettings(args)).toThrow(message)
})

test('the soak refuses to be debugged, and a disk that is nearly full', () => {
  expect(() => refuseDebugging('ws://127.0.0.1:9229', undefined)).toThrow(/debugger/)
  expect(() => refuseDebugging(undefined, '--inspect-brk')).toThrow(/debugger/)
  expect(() => refuseDebugging(undefined, '--max-old-space-size=100')).not.toThrow()
  expect(() => refuseFullDisk(499 * 1024 * 1024)).toThrow(/499 MB/)
  expect(() => refuseFullDisk(501 * 1024 * 1024)).not.toThrow()
})
