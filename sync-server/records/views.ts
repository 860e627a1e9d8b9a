/**
 * Looks at personal data. A look waits until its entry is durable; those that come while entries of their society are
 * being written go into one transaction after it, so that a hundred looks cost a few commits.
 */
import type { LogFields } from '../storage/log.ts'
import type { SyncStorage } from '../storage/storage.ts'
import { auditFields, toAuthor } from './caller.ts'
import type { Caller } from './caller.ts'

export type View =
  | {
      readonly action: 'photo.viewed' | 'quarantine.viewed' | 'personLinks.viewed' | 'visitorEntries.viewed'
      readonly collection: string
      readonly id: string
    }
  /** Many records of one collection, up to `auditRecordsMax`. */
  | { readonly action: `${string}.viewed`; readonly collection: string; readonly ids: readonly string[] }

export type RecordView = (caller: Caller, societyId: string, view: View) => Promise<void>

interface Waiting {
  readonly entry: LogFields
  readonly written: PromiseWithResolvers<void>
}

const entriesAtOnce = 1_000

export function createViews(storage: SyncStorage, now: () => number): RecordView {
  const waitingBySociety = new Map<string, Waiting[]>()

  async function writeAll(societyId: string, waiting: Waiting[]): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, entriesAtOnce)
      const entries = batch.map(({ entry }) => entry)
      try {
        await storage.transact(societyId, async (transaction) => transaction.log(...entries))
        for (const { written } of batch) written.resolve()
      } catch (error) {
        for (const { written } of batch) written.reject(error)
      }
    }
    waitingBySociety.delete(societyId)
  }

  return (caller, societyId, view) => {
    const subject = { action: view.action, subjectCollection: view.collection, outcome: 'allowed' }
    const entry = { ...auditFields(toAuthor(caller), now()), ...subject, ...seenIn(view) }
    const written = Promise.withResolvers<void>()
    const waiting = waitingBySociety.get(societyId)
    if (waiting) {
      waiting.push({ entry, written })
    } else {
      const first = [{ entry, written }]
      waitingBySociety.set(societyId, first)
      void writeAll(societyId, first)
    }
    return written.promise
  }
}

function seenIn(view: View): LogFields {
  if ('id' in view) return { subjectId: view.id }
  const [only, ...others] = view.ids
  return only !== undefined && others.length === 0 ? { subjectId: only } : { records: view.ids.join('\n') }
}
