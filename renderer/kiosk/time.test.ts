import { expect, test } from 'vitest'
import { schemeAt } from './preferences.ts'
import { createClock } from './time.ts'

/** 23 Nov 2026, 01:30 UTC: 07:00 in Kolkata, still the 22nd in New York. */
const now = Date.UTC(2026, 10, 23, 1, 30)
const minute = 60_000
const english = createClock('en', 'Asia/Kolkata', 'just now')
const hindi = createClock('hi', 'Asia/Kolkata', 'अभी-अभी')

test('times stand in the site’s time zone, not the computer’s', () => {
  expect(english.time(now)).toBe('07:00')
  expect(english.hour(now)).toBe(7)
  expect(createClock('en', 'America/New_York', 'just now').time(now)).toBe('20:30')
  expect(english.time(Date.UTC(2026, 10, 22, 18, 30))).toBe('00:00')
})

test('relative until an hour, then the clock, then the day', () => {
  expect(english.ago(now - 20_000, now)).toBe('just now')
  expect(english.ago(now - 12 * minute, now)).toMatch(/^12 min\.? ago$/u)
  expect(english.ago(now - 61 * minute, now)).toBe('05:59')
  expect(english.ago(now - 8 * 60 * minute, now)).toBe('22 Nov, 23:00')
})

test('a clock that was set back makes nothing lie in the future', () => {
  expect(english.ago(now + 90 * minute, now)).toBe('just now')
})

test('Hindi has its own words and Latin digits', () => {
  expect(hindi.ago(now - 12 * minute, now)).toBe('12 मिनट पहले')
  expect(hindi.span(130 * minute)).toBe('2 घंटे 10 मिनट')
})

test('spans are said in the two largest units at most', () => {
  expect(english.span(400)).toBe('1 sec')
  expect(english.span(34 * minute)).toBe('34 min')
  expect(english.span(130 * minute)).toBe('2 hr 10 min')
  expect(english.span(120 * minute)).toBe('2 hr')
  expect(english.span(50 * 60 * minute)).toBe('2 days')
  expect([0, 400, 94_000, 600_000].map((ms) => english.countdown(ms))).toEqual([
    '0:00',
    '0:01',
    '1:34',
    '10:00',
  ])
})

test('the screen is dark from seven in the evening until six, unless the guard says otherwise', () => {
  expect([5, 6, 18, 19].map((hour) => schemeAt('auto', hour))).toEqual(['dark', 'light', 'light', 'dark'])
  expect([schemeAt('light', 23), schemeAt('dark', 12)]).toEqual(['light', 'dark'])
})
