/**
 * Once a day each collection, and then the photos, are compared with the server by ids and hashes: what no
 * replication reports, because it believes itself in sync, is found here. What the server lacks is sent again; what
 * this desk lacks is fetched again from the beginning. Never while the network is wanted for anything else.
 */
import type { Report } from '../desk/trouble.ts'
import type { KioskCollectionDefinition } from '@chowki/shared/collections/registry.ts'
import { clampEpochMs } from '@chowki/shared/domain/clock.ts'
import { onlyKnown } from '@chowki/shared/projections/pick-fields.ts'
import type { WireDocument } from '@chowki/shared/protocol/messages.ts'
import { reconcileWithServer } from '@chowki/sync-server/sync/client/reconcile-client.ts'
import type { DeskStore } from '../desk/desk-store.ts'
import type { AnyCollection } from './collection-sync.ts'
import type { UnsentDocuments } from './unsent-documents.ts'

export interface CheckedCollection {
  readonly collection: AnyCollection
  readonly definition: KioskCollectionDefinition
  readonly startOver: () => Promise<void>
}

export interface DailyCheckParts {
  readonly report: Report
  readonly desk: DeskStore
  readonly unsent: UnsentDocuments
  readonly collections: readonly CheckedCollection[]
  readonly request: (path: string, init: RequestInit) => Promise<Response>
  readonly checkPhotos: (signal: AbortSignal) => Promise<void>
  readonly isQuarantined: (collection: string, documentId: string) => boolean
  readonly mayCheck: () => boolean
  readonly now: () => number
}

export interface DailyCheck {
  /** For a supervisor or a test; the daily one needs nobody. */
  checkNow(): Promise<void>
  stop(): void
}

const metaKey = 'checkedAt'
const dayMs = 86_400_000
/**
 * No multiple of the half minute after which everything is asked again: such a look comes with the question, finds
 * the network busy each time, and the check is never made.
 */
const lookEveryMs = 313_000

export function startDailyCheck(parts: DailyCheckParts): DailyCheck {
  const abort = new AbortController()
  let checking: Promise<void> | null = null
  const checkNow = (): Promise<void> => {
    checking ??= checkAll(parts, abort.signal).finally(() => {
      checking = null
    })
    return checking
  }
  const lookAtTheDay = async (): Promise<void> => {
    const checkedAt = await parts.desk.readMeta<number>(metaKey)
    // What has just been enrolled has just been fetched.
    if (checkedAt === null) return parts.desk.writeMeta(metaKey, parts.now())
    // A clock that went back far must not put the next check off for as long.
    if (Math.abs(parts.now() - checkedAt) >= dayMs && parts.mayCheck()) await checkNow()
  }
  const look = (): void => void lookAtTheDay().catch((error: unknown) => parts.report('check.daily', error))
  const timer = setInterval(look, lookEveryMs)
  look()
  return {
    checkNow,
    stop() {
      clearInterval(timer)
      abort.abort()
    },
  }
}

/** Fails as a whole when the network does: it is tried again at the next look. */
async function checkAll(parts: DailyCheckParts, signal: AbortSignal): Promise<void> {
  for (const one of parts.collections) await checkOne(parts, one, signal)
  await parts.checkPhotos(signal)
  await parts.desk.writeMeta(metaKey, parts.now())
}

async function checkOne(
  parts: DailyCheckParts,
  { collection, definition, startOver }: CheckedCollection,
  signal: AbortSignal,
): Promise<void> {
  const { kiosk, name } = definition
  const report = await reconcileWithServer({
    collection,
    request: parts.request,
    modifier: (document) => onlyKnown(definition, document) as WireDocument,
    notCompared: [...kiosk.serverOwned, ...kiosk.withheld],
    isQuarantined: (id) => parts.isQuarantined(name, id),
    signal,
    ...(kiosk.writes === 'own' ? { touch: () => ({ updatedAt: clampEpochMs(parts.now()) }) } : {}),
  })
  const again = report.pushedAgain.map((documentId) => ({ collection: name, documentId }))
  if (again.length > 0) await parts.unsent.write(again, [], () => Promise.resolve())
  if (report.pullAgain) await startOver()
}
