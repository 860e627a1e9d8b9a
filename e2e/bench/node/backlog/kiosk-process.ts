/** A kiosk with a backlog: its replication, its table of sealed photos and its uploader, in Node on memory. */
import 'fake-indexeddb/auto'
import { randomBytes } from 'node:crypto'
import { deriveDeskKeys } from '../../../../renderer/data/desk/keys/desk-keys.ts'
import { openDeskStore } from '../../../../renderer/data/desk/desk-store.ts'
import type { DeskPhoto } from '../../../../renderer/data/desk/desk-store.ts'
import { createSealedPhotos } from '../../../../renderer/data/photos/desk-photos.ts'
import { createPhotoUploader } from '../../../../renderer/data/photos/photo-uploader.ts'
import { jpegOf } from '../../../../sync-server/testing/test-photo.ts'
import { newId } from '../../frame/society.ts'
import { openReplica, replicateOnce, requestAs } from '../replica.ts'
import { createVisitSource } from '../visits.ts'
import type { FromKiosk, ToKiosk } from './kiosk-messages.ts'

type Fill = Extract<ToKiosk, { kind: 'fill' }>
type Send = (origin: string) => Promise<FromKiosk>

const tell = (message: FromKiosk): void => void process.send?.(message)
let send: Send | null = null

process.on('disconnect', () => process.exit())
process.on('message', (message: ToKiosk) => {
  handle(message).then(tell, (error: unknown) => tell({ kind: 'failed', reason: String(error) }))
})

async function handle(message: ToKiosk): Promise<FromKiosk> {
  if (message.kind === 'fill') {
    send = await fill(message)
    return { kind: 'filled' }
  }
  if (send === null) throw new Error('There is no backlog.')
  return send(message.origin)
}

async function fill({ device, count, photoBytes }: Fill): Promise<Send> {
  const { visits } = await openReplica()
  await visits.bulkInsert(createVisitSource(device).take(count))
  const store = await openDeskStore('bench')
  const keys = await deriveDeskKeys(new Uint8Array(randomBytes(32)))
  const sealedPhotos = createSealedPhotos(store, keys.photos)
  const takePhoto = async (_: unknown, n: number): Promise<DeskPhoto> => {
    const row = { id: newId(), takenAt: n, collection: 'visitorEntries', documentId: newId() }
    const sealed = await sealedPhotos.sealPhoto(new Blob([new Uint8Array(jpegOf(photoBytes))]), row)
    if (!sealed.ok) throw new Error(sealed.error.message)
    return sealed.value
  }
  await store.photos.bulkAdd(await Promise.all(Array.from({ length: count }, takePhoto)))
  return async (origin) => {
    const request = requestAs({ origin }, device)
    const startedAt = performance.now()
    await replicateOnce(visits, request)
    const visitsMs = performance.now() - startedAt
    await sendPhotos({ desk: store, sealedPhotos, request: (path, init) => request(path, init) }, count)
    return { kind: 'sent', visitsMs, photosMs: performance.now() - startedAt - visitsMs }
  }
}

type Uploader = Parameters<typeof createPhotoUploader>[0]

/** Rejects when the server refuses one; what is lost on the way is sent again, as on the kiosk. */
function sendPhotos(
  parts: Pick<Uploader, 'desk' | 'sealedPhotos' | 'request'>,
  count: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let sent = 0
    const uploader = createPhotoUploader({
      report: () => undefined,
      ...parts,
      mayUpload: () => true,
      onSent(ids) {
        sent += ids.length
        if (sent >= count) resolve(uploader.close())
      },
      onRefused: (id) => reject(new Error(`The server refused photo ${id}.`)),
      now: Date.now,
    })
    uploader.wake()
  })
}
