import { expect, test } from 'vitest'
import { regionOf } from './region.ts'

test.each([
  ['India', 'IN'],
  ['IN', 'IN'],
  ['united arab  emirates', 'AE'],
  ['UK', 'GB'],
  ['United Kingdom', 'GB'],
  ['Nepal', 'NP'],
  ['', 'IN'],
  ['Bharat', 'IN'],
])('FAULT-1: numbers in %j are those of %s', (country, region) => {
  expect(regionOf(country)).toBe(region)
})
