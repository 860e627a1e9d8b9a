import 'fake-indexeddb/auto'
import { afterEach, describe, expect, it } from 'vitest'
import { decodePhotoFrame } from '@chowki/shared/protocol/photo-frame.ts'
import { deriveDeskKeys } from '../desk/keys/desk-keys.ts'
import { openDeskStore } from '../desk/desk-store.ts'
import type { DeskStore } from '../desk/desk-store.ts'
import { unwrap, until } from '../../testing/desk/open-test-desk.ts'
import { id, jpeg, start } from '../../testing/desk/sample-documents.ts'
import { createSealedPhotos } from './desk-photos.ts'
import { createPhotoUploader, nextFrame } from './photo-uploader.ts'
import type { PhotoUploader } from './photo-uploader.ts'

let store: DeskStore | null = null
let uploader: PhotoUploader | null = null
let names = 0

interface FakeServer {
  readonly held: Map<string, Uint8Array>
  readonly frames: string[][]
  online: boolean
  /** False: something else answers in its place. */
  speaks: boolean
  loseReplies: number
  readonly refused: Set<string>
  /** Each frame, before it is taken; may take long or fail. */
  onFrame: (ids: readonly string[]) => Promise<void>
}

const requestTo =
  (server: FakeServer) =>
  async (path: string, init: RequestInit): Promise<Response> => {
    if (!server.online) throw new TypeError('fetch failed')
    if (!server.speaks) return Response.json({})
    if (path === '/api/photos/missing') {
      const { photos } = JSON.parse(String(init.body)) as { photos: { id: string }[] }
      return Response.json({
        missing: photos.map((photo) => photo.id).filter((photoId) => !server.held.has(photoId)),
      })
    }
    const photos = unwrap(decodePhotoFrame(init.body as Uint8Array))
    server.frames.push(photos.map((photo) => photo.id))
    await server.onFrame(photos.map((photo) => photo.id))
    const results = photos.map((photo) => {
      if (server.refused.has(photo.id))
        return {
          id: photo.id,
          status: 'refused',
          error: { code: 'photo_not_jpeg', message: 'No.', remedy: 'Again.' },
        }
      server.held.set(photo.id, photo.bytes)
      return { id: photo.id, status: 'stored' }
    })
    if (server.loseReplies > 0) {
      server.loseReplies -= 1
      throw new TypeError('fetch failed')
    }
    return Response.json({ results })
  }

async function desk(photoCount: number, size = 4_000) {
  store = await openDeskStore(`uploader-${(names += 1)}`)
  const at = store
  const keys = await deriveDeskKeys(new Uint8Array(32).fill(1))
  const sealedPhotos = createSealedPhotos(at, keys.photos)
  for (let n = 0; n < photoCount; n += 1) {
    const row = { id: id(n + 1), takenAt: start + n, collection: 'visitorEntries', documentId: id(900 + n) }
    await at.photos.add(unwrap(await sealedPhotos.sealPhoto(jpeg(`photo ${n}`, size), row)))
  }
  const server: FakeServer = {
    held: new Map(),
    frames: [],
    online: true,
    speaks: true,
    loseReplies: 0,
    refused: new Set(),
    onFrame: async () => undefined,
  }
  const network = { free: true }
  const clock = { now: start }
  const made = createPhotoUploader({
    report: () => undefined,
    desk: at,
    sealedPhotos,
    request: requestTo(server),
    mayUpload: () => network.free,
    onSent: () => undefined,
    onRefused: () => undefined,
    now: () => clock.now,
    random: () => 0,
  })
  uploader = made
  const states = async () => (await at.photos.toArray()).map((photo) => photo.state)
  return { at, sealedPhotos, server, network, clock, uploader: made, states }
}

afterEach(async () => {
  await uploader?.close()
  store?.close()
  uploader = null
})

describe('photo uploader', () => {
  it('sends what the server lacks, in frames of at most twelve, and once', async () => {
    const { at, uploader: up, server, states } = await desk(30)
    server.held.set(id(3), new Uint8Array())
    up.wake()
    await until(async () => (await states()).every((state) => state === 'sent'), 'all photos sent')
    expect(server.frames.map((frame) => frame.length)).toEqual([12, 12, 5])
    expect(server.frames.flat()).not.toContain(id(3))
    const listed = (await at.sentPhotos.toArray()).map((row) => row.photoId).toSorted()
    expect(listed).toEqual(Array.from({ length: 30 }, (_, n) => id(n + 1)))
    expect(new TextDecoder().decode(server.held.get(id(1))?.subarray(8, 15))).toBe('photo 0')
    up.wake()
    expect(server.frames).toHaveLength(3)
  })

  /** How many frames were under way at once, at most, of a server that needs `frameMs` for each. */
  async function mostAtOnce(frameMs: number): Promise<number> {
    const { uploader: up, server, clock, states } = await desk(60)
    let underWay = 0
    let most = 0
    server.onFrame = async () => {
      most = Math.max(most, (underWay += 1))
      await new Promise((resolve) => setTimeout(resolve, 20))
      clock.now += frameMs
      underWay -= 1
    }
    up.wake()
    await until(async () => (await states()).every((state) => state === 'sent'), 'all photos sent')
    expect(server.frames.flat().toSorted()).toEqual(
      Array.from({ length: 60 }, (_, n) => id(n + 1)).toSorted(),
    )
    return most
  }

  it('sends the next frame while the server works on one, so that the network is never idle', async () => {
    expect(await mostAtOnce(500)).toBe(2)
  })

  it('sends one frame at a time where one takes long: two would both be late', async () => {
    expect(await mostAtOnce(15_000)).toBe(1)
  })

  it('P1 one of two frames lost: the other counts, and only the lost one is sent again', async () => {
    const { uploader: up, server, states } = await desk(36)
    let isLost = false
    server.onFrame = async (ids) => {
      if (isLost || !ids.includes(id(13))) return
      isLost = true
      throw new TypeError('fetch failed')
    }
    up.wake()
    await until(async () => (await states()).every((state) => state === 'sent'), 'all photos sent')
    const times = Map.groupBy(server.frames.flat(), (photoId) => photoId)
    expect(times.get(id(13))).toHaveLength(2)
    expect(times.get(id(1))).toHaveLength(1)
    expect(times.get(id(36))).toHaveLength(1)
  })

  it('closes only when no frame is under way any more', async () => {
    const { uploader: up, server, states } = await desk(36)
    const arrived: string[][] = []
    server.onFrame = async (ids) => {
      await new Promise((resolve) => setTimeout(resolve, 60))
      arrived.push([...ids])
    }
    up.wake()
    await until(async () => server.frames.length === 3, 'two frames under way')
    await up.close()
    expect(arrived).toHaveLength(3)
    expect(await states()).not.toContain('waiting')
  })

  it('keeps frames below a megabyte', () => {
    const frame = nextFrame(Array.from({ length: 12 }, () => ({ size: 81_920 })))
    expect(frame).toHaveLength(12)
    expect(nextFrame([{ size: 600_000 }, { size: 500_000 }])).toHaveLength(1)
  })

  it('P2 sends no photo twice whose reply was lost', async () => {
    const { uploader: up, server, states } = await desk(3)
    server.loseReplies = 1
    up.wake()
    await until(async () => (await states()).every((state) => state === 'sent'), 'all photos sent')
    expect(server.frames).toHaveLength(1)
  })

  it('P1 takes an answer that says nothing of photos for none', async () => {
    const { uploader: up, server, states } = await desk(2)
    server.speaks = false
    up.wake()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await states()).toEqual(['waiting', 'waiting'])
    server.speaks = true
    await until(async () => (await states()).every((state) => state === 'sent'), 'all photos sent')
    expect(server.held.size).toBe(2)
  })

  it('P1 waits out a dead network and goes on by itself', async () => {
    const { uploader: up, server, states } = await desk(2)
    server.online = false
    up.wake()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await states()).toEqual(['waiting', 'waiting'])
    server.online = true
    await until(async () => (await states()).every((state) => state === 'sent'), 'all photos sent')
  })

  it('P4 keeps a refused photo, shows it in quarantine, and sends its neighbours', async () => {
    const { uploader: up, server, at, states } = await desk(3)
    server.refused.add(id(2))
    up.wake()
    await until(async () => !(await states()).includes('waiting'), 'all photos judged')
    expect(await states()).toEqual(['sent', 'refused', 'sent'])
    expect(await at.quarantine.toArray()).toMatchObject([
      { id: `photos|${id(2)}`, collection: 'photos', error: { code: 'photo_not_jpeg' } },
    ])
  })

  it('P4 quarantines a photo that no longer opens, and sends the others', async () => {
    const { uploader: up, at, states, sealedPhotos } = await desk(2)
    await at.photos.update(id(1), { sealed: new Uint8Array(60) })
    expect(await sealedPhotos.openPhoto(id(1))).toBeNull()
    up.wake()
    await until(async () => !(await states()).includes('waiting'), 'all photos judged')
    expect(await states()).toEqual(['refused', 'sent'])
    expect(await at.quarantine.get(`photos|${id(1)}`)).toMatchObject({ error: { code: 'record_unreadable' } })
  })

  it('leaves the network to text', async () => {
    const { uploader: up, network, server, states } = await desk(2)
    network.free = false
    up.wake()
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(server.frames).toEqual([])
    network.free = true
    up.wake()
    await until(async () => (await states()).every((state) => state === 'sent'), 'all photos sent')
  })

  it('P7 keeps no byte of the picture readable on the disk', async () => {
    const { at } = await desk(1)
    const [row] = await at.photos.toArray()
    const text = new TextDecoder('latin1').decode(row?.sealed)
    expect(text).not.toContain('photo 0')
    expect(text).not.toContain('\u00ff\u00d8\u00ff')
  })
})
