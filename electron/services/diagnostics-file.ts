/** What a supervisor takes along from a desk in trouble: versions, figures and the log; no name, phone or note is in it. */
import { join } from 'node:path'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import { replaceFile } from './atomic-file.ts'

/** Resolves with the file's path. */
export const saveDiagnostics = async (
  folder: string,
  at: Date,
  { log, ...facts }: { readonly log: string; readonly [fact: string]: unknown },
): Promise<Result<{ place: string }, ChowkiError>> => {
  // One file, replaced: a page that asks again and again fills no disk.
  const place = join(folder, 'chowki-diagnostics.json')
  const lines = log.split('\n').filter((line) => line !== '')
  try {
    await replaceFile(place, `${JSON.stringify({ at: at.toISOString(), ...facts, log: lines }, null, 1)}\n`)
    return ok({ place })
  } catch {
    // Whatever the cause, the remedy is the same: room, or a folder that can be written.
    return err(chowkiError('device_storage_failed', { message: 'The file could not be written.' }))
  }
}
