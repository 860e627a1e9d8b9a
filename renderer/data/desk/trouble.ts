/**
 * What went wrong on this desk and was not a guard's to answer: each failure goes into the desk's log by name, and the
 * newest is shown on the status screen in words. Nothing that was typed can be in it: an entry has no place for text.
 */
import { errorDescriptions } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import type { IpcRequest } from '@chowki/shared/ipc/channels.ts'
import type { KioskPlatform } from '../../platform/platform.ts'
import type { Trouble, TroubleArea } from '../kiosk-data.ts'
import type { DeskStore } from './desk-store.ts'
import type { LiveSource } from './live.ts'

type Entry = IpcRequest<'log:write'>[number]

/** `cause`: whatever was thrown, or a `ChowkiError`. */
export type Report = (event: `${TroubleArea}.${string}`, cause: unknown, collection?: string) => void

export interface TroubleParts {
  readonly log: KioskPlatform['log']
  readonly newest: LiveSource<Trouble | null>
  readonly now: () => number
}

/** The same failure again and again, as of a full disk, is one line a minute. */
const sameAgainMs = 60_000

export function createReport({ log, newest, now }: TroubleParts): Report {
  const lastAt = new Map<string, number>()
  return (event, cause, collection) => {
    const entry: Entry = {
      level: 'warn',
      event,
      cause: causeOf(cause),
      ...(collection === undefined ? {} : { collection }),
    }
    const at = now()
    newest.set({ area: event.slice(0, event.indexOf('.')) as TroubleArea, at })
    const key = JSON.stringify(entry)
    if (Math.abs(at - (lastAt.get(key) ?? -Infinity)) < sameAgainMs) return
    lastAt.set(key, at)
    log([entry])
  }
}

const keptAs = 'newestTrouble'

/**
 * The newest trouble outlives a restart: what the desk had kept is shown until something newer happens. Resolves with a
 * function that stops the keeping.
 */
export async function keepTrouble(
  store: Pick<DeskStore, 'readMeta' | 'writeMeta'>,
  newest: LiveSource<Trouble | null>,
): Promise<() => void> {
  let kept = await store.readMeta<Trouble>(keptAs)
  const before = kept
  newest.update((current) => current ?? before)
  const keep = (): void => {
    const trouble = newest.current()
    // The screen tells the age in minutes, and each write costs a flush.
    if (trouble === null || (trouble.area === kept?.area && Math.abs(trouble.at - kept.at) < sameAgainMs))
      return
    kept = trouble
    // It is in the log; a report of this failure would only come back to this place.
    store.writeMeta(keptAs, trouble).catch(() => (kept = before))
  }
  keep()
  return newest.subscribe(keep)
}

const isChowkiError = (cause: unknown): cause is ChowkiError =>
  typeof cause === 'object' &&
  cause !== null &&
  Object.hasOwn(errorDescriptions, String(Reflect.get(cause, 'code')))

/** A known code or an error's own name, never a message and never what some object calls itself: those may be typed. */
export function causeOf(cause: unknown): string {
  if (isChowkiError(cause)) return cause.code
  if (!(cause instanceof Error)) return 'unknown'
  return /^[A-Za-z]{1,64}$/.test(cause.name) ? cause.name : 'unknown'
}
