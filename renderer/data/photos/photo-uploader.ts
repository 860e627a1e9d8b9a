/**
 * Sends waiting photos in the background, in frames, after text: `mayUpload` says when the documents have the
 * network for themselves. Resumable without any position: the server is asked which hashes it lacks, so a frame
 * whose reply was lost is not sent again. A refused photo stays here and is shown in quarantine.
 */
import type { Report } from '../desk/trouble.ts'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import {
  encodePhotoFrame,
  photoFrameBytesMax,
  photosPerFrameMax,
} from '@chowki/shared/protocol/photo-frame.ts'
import type { DeskStore, DeskPhoto } from '../desk/desk-store.ts'
import type { PhotosUploadResponse } from '@chowki/shared/protocol/device-api.ts'
import { retryWaitMs } from '../replication/retry-wait.ts'
import { toChowkiError } from '../replication/wire-error.ts'
import { documentKey } from '../desk/desk-store.ts'
import { answered, askMissing, markSent } from './sent-photos.ts'
import type { SealedPhotos } from './desk-photos.ts'

export interface PhotoUploaderParts {
  readonly report: Report
  readonly desk: DeskStore
  readonly sealedPhotos: Pick<SealedPhotos, 'openPhoto'>
  readonly request: (path: string, init: RequestInit) => Promise<Response>
  readonly mayUpload: () => boolean
  readonly onSent: (photoIds: readonly string[]) => void
  readonly onRefused: (photoId: string) => void
  readonly now: () => number
  /** 0..1, for the jitter of the backoff. */
  readonly random?: () => number
}

export interface PhotoUploader {
  /** Something to do, perhaps: a new photo, a network that is back or idle. */
  wake(): void
  close(): Promise<void>
}

/** Room for the header beside the pictures. */
const frameBodyBytesMax = photoFrameBytesMax - 8192
const askAtOnce = 200
/** A megabyte over a network of 30 kbit/s. */
const frameTimeoutMs = 300_000
/** A tenth of what a frame may take at most, with room for two. */
const quickFrameMs = 10_000

export function createPhotoUploader(parts: PhotoUploaderParts): PhotoUploader {
  let running: Promise<void> | null = null
  let timer: ReturnType<typeof setTimeout> | null = null
  let failures = 0
  let closed = false

  const wake = (): void => {
    if (closed || running !== null || timer !== null || !parts.mayUpload()) return
    running = uploadAll(parts, () => closed)
      .then(() => {
        failures = 0
      })
      .catch((error: unknown) => {
        parts.report('photos.send', error)
        failures += 1
        timer = setTimeout(retry, retryWaitMs(failures, (parts.random ?? Math.random)()))
      })
      .finally(() => {
        running = null
      })
  }
  const retry = (): void => {
    timer = null
    wake()
  }
  return {
    wake,
    async close() {
      closed = true
      if (timer !== null) clearTimeout(timer)
      await running
    },
  }
}

/** Rejects when the server does not answer, so that the caller waits longer before the next try. */
async function uploadAll(parts: PhotoUploaderParts, isClosed: () => boolean): Promise<void> {
  const mayGoOn = (): boolean => !isClosed() && parts.mayUpload()
  const pace: Pace = { isQuick: false }
  while (mayGoOn()) {
    const waiting = await waitingPhotos(parts.desk, askAtOnce)
    if (waiting.length === 0) return
    const missing = await askMissing(parts.request, waiting)
    await acknowledge(
      parts,
      waiting.filter((photo) => !missing.has(photo.id)),
    )
    await sendFrames(
      parts,
      waiting.filter((photo) => missing.has(photo.id)),
      pace,
      mayGoOn,
    )
  }
}

interface Pace {
  /** The last frame went through quickly. */
  isQuick: boolean
}

/**
 * Where a frame goes through quickly a second one is on its way while the server works on the first, so that the
 * network is never idle; on a slow network two would only make each other late. Settles when none is under way.
 */
async function sendFrames(
  parts: PhotoUploaderParts,
  photos: readonly DeskPhoto[],
  pace: Pace,
  mayGoOn: () => boolean,
): Promise<void> {
  let rest = photos
  let hasFailed = false
  const sendNext = async (): Promise<void> => {
    const frame = nextFrame(rest)
    rest = rest.slice(frame.length)
    const startedAt = parts.now()
    await sendFrame(parts, frame)
    const tookMs = parts.now() - startedAt
    pace.isQuick = tookMs >= 0 && tookMs < quickFrameMs
  }
  const sendAll = async (isNeeded: () => boolean): Promise<void> => {
    try {
      while (rest.length > 0 && isNeeded() && !hasFailed && mayGoOn()) await sendNext()
    } catch (error) {
      hasFailed = true
      throw error
    }
  }
  if (!pace.isQuick && rest.length > 0 && mayGoOn()) await sendNext()
  const lanes = await Promise.allSettled([sendAll(() => true), sendAll(() => pace.isQuick)])
  const failed = lanes.find((lane) => lane.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}

const waitingPhotos = (desk: DeskStore, limit: number): Promise<DeskPhoto[]> =>
  desk.photos
    .where('[state+takenAt]')
    .between(['waiting', -Infinity], ['waiting', Infinity])
    .limit(limit)
    .toArray()

export function nextFrame<T extends { readonly size: number }>(photos: readonly T[]): T[] {
  const frame: T[] = []
  let bytes = 0
  for (const photo of photos) {
    bytes += photo.size
    if (frame.length > 0 && (frame.length === photosPerFrameMax || bytes > frameBodyBytesMax)) break
    frame.push(photo)
  }
  return frame
}

async function sendFrame(parts: PhotoUploaderParts, photos: readonly DeskPhoto[]): Promise<void> {
  const opened = await Promise.all(
    photos.map(async (photo) => ({ photo, bytes: await parts.sealedPhotos.openPhoto(photo.id) })),
  )
  for (const { photo, bytes } of opened) if (bytes === null) await refuse(parts, photo, unreadable())
  const framed = opened.flatMap(({ photo, bytes }) => (bytes === null ? [] : [{ ...photo, bytes }]))
  if (framed.length === 0) return
  const frame = encodePhotoFrame(framed)
  if (!frame.ok) throw new Error(`A frame cannot be made: ${frame.error.message}`)
  const answer: PhotosUploadResponse = await answered(
    await parts.request('/api/photos', {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: frame.value,
      signal: AbortSignal.timeout(frameTimeoutMs),
    }),
  )
  const results = new Map(answer.results.map((result) => [result.id, result]))
  if (framed.some((photo) => !results.has(photo.id))) throw new Error('The answer leaves out a photo')
  for (const photo of framed) {
    const result = results.get(photo.id)
    if (result?.status === 'refused')
      await refuse(
        parts,
        photo,
        result.error === undefined ? chowkiError('photo_not_jpeg') : toChowkiError(result.error),
      )
  }
  await acknowledge(
    parts,
    framed.filter((photo) => results.get(photo.id)?.status !== 'refused'),
  )
}

async function acknowledge(
  { desk, onSent }: PhotoUploaderParts,
  photos: readonly DeskPhoto[],
): Promise<void> {
  if (photos.length === 0) return
  await markSent(desk, photos)
  onSent(photos.map(({ id }) => id))
}

async function refuse(
  { desk, onRefused, now }: PhotoUploaderParts,
  photo: DeskPhoto,
  error: ChowkiError,
): Promise<void> {
  await desk.database.transaction('rw', desk.photos, desk.quarantine, async () => {
    await desk.quarantine.put({
      id: documentKey('photos', photo.id),
      collection: 'photos',
      documentId: photo.id,
      error,
      at: now(),
    })
    await desk.photos.update(photo.id, { state: 'refused' })
  })
  onRefused(photo.id)
}

const unreadable = (): ChowkiError => chowkiError('record_unreadable')
