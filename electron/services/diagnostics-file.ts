/**
 * What a supervisor takes along from a desk in trouble: versions, figures and the log; no name, phone or note is in it.
 *
 * The page asks for a supervisor's PIN, and only the page can judge it: the hashes lie in its sealed database. So the shell
 * does not trust that it was asked. Whoever has the page gets one file of a bounded size, in the user's own folder, of what
 * the shell itself knows and some checked figures; as often as a disk bears.
 */
import { join } from 'node:path'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import { replaceFile } from './atomic-file.ts'
import type { LogFile } from './log-file.ts'
import type { Log } from './log.ts'

export interface DiagnosticsParts {
  readonly folder: () => string
  readonly logFile: () => Pick<LogFile, 'read'>
  readonly log: Log
  readonly now: () => Date
}

/** Resolves with the file's path. */
export type SaveDiagnostics = (facts: object) => Promise<Result<{ place: string }, ChowkiError>>

const betweenMs = 5_000

export const createSaveDiagnostics = ({ folder, logFile, log, now }: DiagnosticsParts): SaveDiagnostics => {
  let lastAt = -Infinity
  return async (facts) => {
    const at = now()
    const waitMs = betweenMs - Math.abs(at.getTime() - lastAt)
    if (waitMs > 0) return err(chowkiError('too_many_attempts', { retryAfterMs: waitMs }))
    lastAt = at.getTime()
    try {
      // One file, replaced: a page that asks again and again fills no disk.
      const place = join(folder(), 'chowki-diagnostics.json')
      const lines = logFile()
        .read()
        .split('\n')
        .filter((line) => line !== '')
      await replaceFile(place, `${JSON.stringify({ at: at.toISOString(), ...facts, log: lines }, null, 1)}\n`)
      return ok({ place })
    } catch (error) {
      log.error('diagnostics could not be saved', { cause: causeOf(error) })
      // Whatever the cause, the remedy is the same: room, or a folder that can be written.
      return err(chowkiError('device_storage_failed', { message: 'The file could not be written.' }))
    }
  }
}

/** As `ENOSPC`; an error's message would have the path, and with it the name of the user. */
const causeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
