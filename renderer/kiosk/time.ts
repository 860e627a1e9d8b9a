/** Times as a guard says them, in the site's time zone: relative until an hour, then the clock, then the day. */
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { trueNow } from '@chowki/shared/domain/clock.ts'
import { currentLanguage } from '../i18n/i18n.ts'
import type { Language } from '../i18n/i18n.ts'
import { useKiosk, useLive } from './kiosk-context.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** Latin digits in both languages: plates, flats and phones are written in them too. */
const localeOf: Readonly<Record<Language, string>> = { en: 'en-IN-u-nu-latn', hi: 'hi-IN-u-nu-latn' }

/** English as `4 min`, not `4 mins`; Hindi in whole words, as its short forms are book language. */
const unitLocaleOf: Readonly<Record<Language, string>> = { en: 'en-US-u-nu-latn', hi: 'hi-IN-u-nu-latn' }
const unitWidthOf = { en: 'short', hi: 'long' } as const satisfies Record<Language, string>

export interface Clock {
  /** `07:42` */
  time(at: number): string
  /** `Mon, 23 Nov` */
  day(at: number): string
  /** `1 Jan 2000, 05:30` */
  date(at: number): string
  /** `12 min ago`, `07:42`, `22 Nov, 18:05` */
  ago(at: number, now: number): string
  /** `4 min`, `2 h 10 min`: how long something lasts or lasted. */
  span(ms: number): string
  /** `1:34`, for what is waited for. */
  countdown(ms: number): string
  /** 0 to 23 at the site. */
  hour(at: number): number
}

export function createClock(language: Language, timeZone: string, justNow: string): Clock {
  const locale = localeOf[language]
  const time = new Intl.DateTimeFormat(locale, {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  const day = new Intl.DateTimeFormat(locale, { timeZone, weekday: 'short', day: 'numeric', month: 'short' })
  const shortDay = new Intl.DateTimeFormat(locale, { timeZone, day: 'numeric', month: 'short' })
  const longDay = new Intl.DateTimeFormat(locale, {
    timeZone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  })
  const isoDay = new Intl.DateTimeFormat('en-CA', { timeZone })
  const hour = new Intl.DateTimeFormat('en', { timeZone, hour: 'numeric', hourCycle: 'h23' })
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'always', style: unitWidthOf[language] })
  const count = (value: number, unit: 'second' | 'minute' | 'hour' | 'day'): string =>
    new Intl.NumberFormat(unitLocaleOf[language], {
      style: 'unit',
      unit,
      unitDisplay: unitWidthOf[language],
    }).format(value)
  return {
    time: (at) => time.format(at),
    day: (at) => day.format(at),
    date: (at) => `${longDay.format(at)}, ${time.format(at)}`,
    hour: (at) => Number(hour.format(at)),
    ago(at, now) {
      const past = Math.max(0, now - at)
      if (past < minuteMs) return justNow
      if (past < hourMs) return relative.format(-Math.floor(past / minuteMs), 'minute')
      if (isoDay.format(at) === isoDay.format(now)) return time.format(at)
      return `${shortDay.format(at)}, ${time.format(at)}`
    },
    countdown(ms) {
      const seconds = Math.ceil(ms / 1000)
      return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
    },
    span(ms) {
      if (ms < minuteMs) return count(Math.max(1, Math.round(ms / 1000)), 'second')
      if (ms < hourMs) return count(Math.floor(ms / minuteMs), 'minute')
      if (ms >= dayMs) return count(Math.floor(ms / dayMs), 'day')
      const minutes = Math.floor((ms % hourMs) / minuteMs)
      return [
        count(Math.floor(ms / hourMs), 'hour'),
        ...(minutes === 0 ? [] : [count(minutes, 'minute')]),
      ].join(' ')
    },
  }
}

const fallbackTimeZone = 'Asia/Kolkata'
const clocks = new Map<string, Clock>()

export function useClock(): Clock {
  const { t } = useTranslation()
  const site = useLive(useKiosk().data.site)
  const timeZone = site?.timeZone ?? fallbackTimeZone
  const language = currentLanguage()
  const key = `${language} ${timeZone}`
  const clock = clocks.get(key) ?? createClock(language, timeZone, t('common.justNow'))
  clocks.set(key, clock)
  return clock
}

/** Milliseconds by the clock that nobody sets, as of the last tick: for what has to last its time. */
export function useElapsed(everyMs: number): number {
  const [at, setAt] = useState(() => performance.now())
  useEffect(() => {
    const timer = setInterval(() => setAt(performance.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return at
}

/** The time as of the last tick: the server's where the device's clock is days off, else the device's. */
export function useTrueNow(everyMs: number): number {
  const { clockDriftMs } = useLive(useKiosk().data.sync)
  return trueNow(useNow(everyMs), clockDriftMs)
}

/** The device's time, as of the last tick. */
export function useNow(everyMs: number): number {
  const { now } = useKiosk()
  const [at, setAt] = useState(now)
  useEffect(() => {
    setAt(now())
    const timer = setInterval(() => setAt(now()), everyMs)
    return () => clearInterval(timer)
  }, [now, everyMs])
  return at
}
