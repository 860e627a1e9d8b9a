/**
 * The ways into and out of the state `sent`. Each is one durable transaction over the photos and the list of those
 * that were acknowledged, and looks at the state on the disk by key alone: no photo's bytes are read to decide.
 */
import type { DeskStore, PhotoState, SentPhoto, DeskPhoto } from '../desk/desk-store.ts'
import type { PhotosMissingResponse } from '@chowki/shared/protocol/device-api.ts'
import { photosMissingMax } from '@chowki/shared/protocol/device-api.ts'

/** Rows of one transaction: a guard's save may have to wait for one of them, and has to wait for no more. */
export const photosAtOnce = 25

export async function markSent(desk: DeskStore, photos: readonly DeskPhoto[]): Promise<void> {
  await inOneTransaction(desk, async () => {
    const waiting = await idsInState(desk, 'waiting', photos)
    const marked = photos.filter(({ id }) => waiting.has(id))
    await changeState(
      desk,
      marked.map(({ id }) => id),
      'sent',
    )
    await desk.sentPhotos.bulkAdd(marked.map(({ id, takenAt, sha256 }) => ({ photoId: id, takenAt, sha256 })))
  })
}

export interface AskAgainParts {
  readonly desk: DeskStore
  readonly request: PhotoRequest
  /** The server lacks what it had acknowledged, as after a restored backup: these wait again. */
  readonly onLost: (photoIds: readonly string[]) => void
}

/** Those that the server still holds. What it lacks waits to be sent again. */
export async function askAgain(
  { desk, request, onLost }: AskAgainParts,
  rows: readonly SentPhoto[],
): Promise<readonly SentPhoto[]> {
  const missing = await askMissing(
    request,
    rows.map(({ photoId, sha256 }) => ({ id: photoId, sha256 })),
  )
  const lost = rows.filter(({ photoId }) => missing.has(photoId))
  for (let from = 0; from < lost.length; from += photosAtOnce)
    onLost(await sendAgain(desk, lost.slice(from, from + photosAtOnce)))
  return rows.filter(({ photoId }) => !missing.has(photoId))
}

const sendAgain = (desk: DeskStore, rows: readonly SentPhoto[]): Promise<string[]> =>
  inOneTransaction(desk, async () => {
    const ids = await takeOffTheList(desk, rows)
    await changeState(desk, ids, 'waiting')
    return ids
  })

/** Removes the photos; one that is not `sent` on the disk stays, whatever the list says. */
export const removeSent = (desk: DeskStore, rows: readonly SentPhoto[]): Promise<void> =>
  inOneTransaction(desk, async () => desk.photos.bulkDelete(await takeOffTheList(desk, rows)))

/** Ids of those that are `sent`. */
async function takeOffTheList(desk: DeskStore, rows: readonly SentPhoto[]): Promise<string[]> {
  const sent = await idsInState(
    desk,
    'sent',
    rows.map(({ photoId, takenAt }) => ({ id: photoId, takenAt })),
  )
  await desk.sentPhotos.bulkDelete(rows.map(({ seq }) => seq))
  return [...sent]
}

const inOneTransaction = <T>(desk: DeskStore, work: () => Promise<T>): Promise<T> =>
  desk.database.transaction('rw', desk.photos, desk.sentPhotos, work)

const changeState = (desk: DeskStore, ids: readonly string[], state: PhotoState): PromiseLike<unknown> =>
  desk.photos.bulkUpdate(ids.map((key) => ({ key, changes: { state } })))

async function idsInState(
  desk: DeskStore,
  state: PhotoState,
  photos: readonly Pick<DeskPhoto, 'id' | 'takenAt'>[],
): Promise<ReadonlySet<string>> {
  const wanted = new Set(photos.map(({ id }) => id))
  const found = await desk.photos
    .where('[state+takenAt]')
    .anyOf(photos.map(({ takenAt }) => [state, takenAt]))
    .primaryKeys()
  return new Set(found.filter((id) => wanted.has(id)))
}

/** The server's word on which photos it holds, by id and hash; its answer is of what a majority has on disk. */
export type PhotoRequest = (path: string, init: RequestInit) => Promise<Response>

/** Ids of those that the server lacks. Rejects where it does not say. */
export async function askMissing(
  request: PhotoRequest,
  photos: readonly { readonly id: string; readonly sha256: string }[],
): Promise<ReadonlySet<string>> {
  const body = JSON.stringify({ photos: photos.map(({ id, sha256 }) => ({ id, sha256 })) })
  const answer: PhotosMissingResponse = await answered(
    await request('/api/photos/missing', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    }),
  )
  // Whatever stands between desk and server may answer 200 as well, and says of no photo that it is missing.
  if (!Array.isArray(answer.missing)) throw new Error('The answer says nothing of the photos')
  return new Set(answer.missing)
}

export async function answered<T>(response: Response): Promise<T> {
  if (!response.ok) throw new Error(`The server answered ${response.status}`)
  return (await response.json()) as T
}

/**
 * Part of the daily check: the server is asked for all photos that it acknowledged and that this desk still holds.
 * What it lacks, as after a restored backup, is sent again. Only ids and hashes are read and sent.
 */
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
