/** Photos of the browser tests: taken in numbers, acknowledged, pruned against a server that holds whatever it is asked for. */
import type { PhotosMissingRequest } from '@chowki/shared/protocol/device-api.ts'
import type { Desk } from '../../data/desk/open-desk.ts'
import { startPhotoPruning } from '../../data/photos/photo-pruning.ts'
import { markSent, photosAtOnce } from '../../data/photos/sent-photos.ts'
import { id, jpeg, start } from './sample-documents.ts'

/** As a camera's. */
const photoBytes = 60_000

export const createPhotoWork = (opened: () => Desk) => {
  let taken = 0

  const takeOne = async (): Promise<string> => {
    const n = (taken += 1)
    const { photos, store } = opened()
    const row = { id: id(n), takenAt: start + n, collection: 'visitorEntries', documentId: id(0x900_000 + n) }
    const sealed = await photos.sealPhoto(jpeg(`photo ${n}`, photoBytes), row)
    if (!sealed.ok) throw new Error(sealed.error.message)
    await store.photos.add(sealed.value)
    return row.id
  }
  return {
    async takePhotos(count: number): Promise<string[]> {
      const ids: string[] = []
      for (let n = 0; n < count; n += 1) ids.push(await takeOne())
      return ids
    },
    async acknowledge(ids: readonly string[]): Promise<void> {
      const { store } = opened()
      for (let from = 0; from < ids.length; from += photosAtOnce) {
        const rows = await store.photos.bulkGet(ids.slice(from, from + photosAtOnce))
        await markSent(
          store,
          rows.flatMap((row) => row ?? []),
        )
      }
    },
    /** Tells `window.asked`, where the test has put it, of each question to the server. */
    async prune(kept: number, pauseMs: number): Promise<void> {
      const { asked } = window as { readonly asked?: (photos: PhotosMissingRequest) => unknown }
      const pruning = startPhotoPruning({
        report: () => undefined,
        desk: opened().store,
        kept,
        pauseMs,
        mayPrune: () => true,
        onLost: () => undefined,
        request: (_path, init) => {
          asked?.(JSON.parse(String(init.body)) as PhotosMissingRequest)
          return Promise.resolve(Response.json({ missing: [] }))
        },
      })
      await pruning.pruneNow()
      await pruning.stop()
    },
    async photosOnDisk() {
      const { photos, sentPhotos } = opened().store
      const idsIn = (state: string): Promise<string[]> =>
        photos.where('[state+takenAt]').between([state, -Infinity], [state, Infinity]).primaryKeys()
      const listed = (await sentPhotos.toArray()).map(({ photoId }) => photoId)
      return { waiting: await idsIn('waiting'), sent: await idsIn('sent'), listed }
    },
    /** How many of them open. */
    async openPhotos(ids: readonly string[]): Promise<number> {
      const found = await Promise.all(ids.map((photoId) => opened().photos.openPhoto(photoId)))
      return found.filter((photo) => photo !== null).length
    },
  }
}
