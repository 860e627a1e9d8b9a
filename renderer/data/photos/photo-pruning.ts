/**
 * A desk keeps the newest photos that were sent, and removes the older ones: a gate takes some 75 MB a day, and a
 * disk that is full can save no visit (P1). Newest by the order of the acknowledgements, never by a clock. Right
 * before a photo is removed the server is asked once more whether it holds it, so that one which lost it, restored
 * from an older backup, gets it again instead. A desk without a network removes nothing, and needs not: what it
 * takes meanwhile is unsent, and unsent photos are never touched.
 */
import type { Report } from '../desk/trouble.ts'
import { askAgain, photosAtOnce, removeSent } from './sent-photos.ts'
import type { AskAgainParts } from './sent-photos.ts'

/**
 * Twelve days of a desk with 1,250 visits a day: longer than a server's backup should be old, and whoever is inside
 * or came lately is seen offline. 0.9 GB at 60 KB each; a photo has 80 KB at most, so 1.2 GB whatever the camera.
 */
export const sentPhotosKept = 15_000

export interface PhotoPruningParts extends AskAgainParts {
  readonly report: Report
  /** The server answers, and the network is wanted for nothing else. */
  readonly mayPrune: () => boolean
  readonly kept?: number
  readonly pauseMs?: number
}

export interface PhotoPruning {
  /** As at the next look. */
  pruneNow(): Promise<void>
  stop(): Promise<void>
}

/** Off the beat of the half-minutely questions, as the daily check is: they would make the network busy each time. */
const lookEveryMs = 317_000
/** Between two pieces, for the guard's own work on the disk. */
const pauseBetweenMs = 500

export function startPhotoPruning(parts: PhotoPruningParts): PhotoPruning {
  let stopped = false
  let pruning: Promise<void> | null = null
  const pruneNow = (): Promise<void> => {
    pruning ??= pruneAll(parts, () => !stopped && parts.mayPrune()).finally(() => {
      pruning = null
    })
    return pruning
  }
  // A network that breaks, or a disk that fails, is met again at the next look.
  const look = (): void => void pruneNow().catch((error: unknown) => parts.report('photos.prune', error))
  const timer = setInterval(look, lookEveryMs)
  return {
    pruneNow,
    async stop() {
      stopped = true
      clearInterval(timer)
      // Its failure was reported by the look that began it.
      await pruning?.catch(() => undefined)
    },
  }
}

async function pruneAll(parts: PhotoPruningParts, mayGoOn: () => boolean): Promise<void> {
  const { pauseMs = pauseBetweenMs } = parts
  while (mayGoOn() && (await prunePiece(parts))) await new Promise((resolve) => setTimeout(resolve, pauseMs))
}

/** Whether more is to go. A server that lacked something is given until the next look to get it. */
async function prunePiece(parts: PhotoPruningParts): Promise<boolean> {
  const { desk, kept = sentPhotosKept } = parts
  const tooMany = (await desk.sentPhotos.count()) - kept
  if (tooMany <= 0) return false
  const oldest = await desk.sentPhotos.orderBy('seq').limit(Math.min(tooMany, photosAtOnce)).toArray()
  const held = await askAgain(parts, oldest)
  await removeSent(desk, held)
  return held.length === oldest.length && tooMany > held.length
}
