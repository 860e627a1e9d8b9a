/** Sent, pruned, looked at and sent again, against the real server: only the desk's disk is fake-indexeddb. */
import 'fake-indexeddb/auto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { deriveDeskKeys } from '../desk/keys/desk-keys.ts'
import { openDeskStore } from '../desk/desk-store.ts'
import type { DeskStore } from '../desk/desk-store.ts'
import { unwrap, until } from '../../testing/desk/open-test-desk.ts'
import { id, jpeg, start } from '../../testing/desk/sample-documents.ts'
import { enrolAnother, startServerProcess } from '../../testing/desk/server-process.ts'
import type { ServerProcess } from '../../testing/desk/server-process.ts'
import { createSealedPhotos, createPhotoUrls } from './desk-photos.ts'
import type { SealedPhotos } from './desk-photos.ts'
import { checkSentPhotos, markSent } from './sent-photos.ts'
import { startPhotoPruning } from './photo-pruning.ts'
import { createPhotoUploader } from './photo-uploader.ts'

const longMs = 300_000
let server: ServerProcess
let desk: DeskStore
let sealedPhotos: SealedPhotos
let token = ''

const request = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${server.origin}${path}`, {
    ...init,
    headers: { ...init.headers, authorization: `Bearer ${token}` },
  })

beforeAll(async () => {
  server = await startServerProcess()
  token = await enrolAnother(server.origin, await server.enrolmentCode('Main Gate'))
  desk = await openDeskStore('pruning-on-mongo')
  sealedPhotos = createSealedPhotos(desk, (await deriveDeskKeys(new Uint8Array(32).fill(1))).photos)
}, longMs)
afterAll(async () => {
  desk.close()
  await server.close()
})

const inState = (state: string): Promise<string[]> =>
  desk.photos.where('[state+takenAt]').between([state, -Infinity], [state, Infinity]).primaryKeys()

async function take(n: number): Promise<string> {
  const row = { id: id(n), takenAt: start + n, collection: 'visitorEntries', documentId: id(0x900_000 + n) }
  await desk.photos.add(unwrap(await sealedPhotos.sealPhoto(jpeg(`photo ${n}`), row)))
  return row.id
}

it('P1 prunes what the server holds, shows it from there, and sends again what it lacks', async () => {
  const uploader = createPhotoUploader({
    report: () => undefined,
    ...{ desk, sealedPhotos, request },
    mayUpload: () => true,
    onSent: () => undefined,
    onRefused: () => undefined,
    now: Date.now,
  })
  const sent = { desk, request, onLost: uploader.wake }
  const pruning = startPhotoPruning({
    report: () => undefined,
    ...sent,
    mayPrune: () => true,
    kept: 5,
    pauseMs: 0,
  })
  const urls = createPhotoUrls({ sealedPhotos, request })
  const ids: string[] = []
  for (let n = 1; n <= 40; n += 1) ids.push(await take(n))
  uploader.wake()
  await until(async () => (await inState('sent')).length === 40, 'all photos sent')
  await pruning.pruneNow()
  expect(await inState('sent')).toHaveLength(5)
  const shown = await fetch((await urls.url(ids[0] ?? '')) ?? '')
  const original = await jpeg('photo 1').arrayBuffer()
  expect(Buffer.from(await shown.arrayBuffer()).equals(Buffer.from(original))).toBe(true)

  // A server that was restored from a backup of before these were sent: the desk believes that it has them.
  const lost = [await take(50), await take(51)]
  await markSent(
    desk,
    (await desk.photos.bulkGet(lost)).flatMap((row) => row ?? []),
  )
  expect((await request(`/api/photos/${lost[0]}`)).status).toBe(404)
  await checkSentPhotos(sent, new AbortController().signal)
  await until(async () => (await inState('waiting')).length === 0, 'what was lost sent again')
  for (const photoId of lost) expect((await request(`/api/photos/${photoId}`)).status).toBe(200)
  await pruning.stop()
  await uploader.close()
  urls.close()
})
