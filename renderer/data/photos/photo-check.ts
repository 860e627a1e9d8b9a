/**
 * Part of the daily check: the server is asked for all photos that it acknowledged and that this desk still holds.
 * What it lacks, as after a restored backup, is sent again. Only ids and hashes are read and sent.
 */
import { photosMissingMax } from '@chowki/shared/protocol/device-api.ts'
import { askAgain } from './sent-photos.ts'
import type { AskAgainParts } from './sent-photos.ts'

export async function checkSentPhotos(parts: AskAgainParts, signal: AbortSignal): Promise<void> {
  let after = 0
  while (!signal.aborted) {
    const rows = await parts.desk.sentPhotos.where('seq').above(after).limit(photosMissingMax).toArray()
    const last = rows.at(-1)
    if (last === undefined) return
    await askAgain(parts, rows)
    after = last.seq
  }
}
