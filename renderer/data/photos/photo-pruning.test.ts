import 'fake-indexeddb/auto'
import { Dexie } from 'dexie'
import { afterEach, describe, expect, it } from 'vitest'
import { openDeskStore } from '../desk/desk-store.ts'
import type { DeskStore, DeskPhoto } from '../desk/desk-store.ts'
import { id, start } from '../../testing/desk/sample-documents.ts'
import { checkSentPhotos, markSent, removeSent } from './sent-photos.ts'
import { startPhotoPruning } from './photo-pruning.ts'
import type { PhotoPruning } from './photo-pruning.ts'

const yearMs = 365 * 86_400_000

let store: DeskStore | null = null
let pruning: PhotoPruning | null = null
let names = 0

interface Server {
  readonly lacks: Set<string>
  /** Ids of each question. */
  readonly asked: string[][]
  online: boolean
  /** Runs while the server thinks about its answer. */
  onAsked: () => Promise<void>
}

const photo = (n: number, takenAt: number): DeskPhoto => ({
  id: id(n),
  sealed: new Uint8Array(64).fill(n),
  sha256: n.toString(16).padStart(64, '0'),
  size: 36,
  takenAt,
  state: 'waiting',
  collection: 'visitorEntries',
  documentId: id(900_000 + n),
})

async function desk(kept: number) {
  store = await openDeskStore(`pruning-${(names += 1)}`)
  const at = store
  const server: Server = { lacks: new Set(), asked: [], online: true, onAsked: () => Promise.resolve() }
  const network = { isFree: true }
  const lost: string[] = []
  const parts = {
    report: () => undefined,
    desk: at,
    kept,
    pauseMs: 0,
    mayPrune: () => network.isFree,
    onLost: (photoIds: readonly string[]) => void lost.push(...photoIds),
    request: async (path: string, init: RequestInit) => {
      expect(path).toBe('/api/photos/missing')
      if (!server.online) throw new TypeError('fetch failed')
      const { photos } = JSON.parse(String(init.body)) as { photos: { id: string; sha256: string }[] }
      server.asked.push(photos.map((one) => one.id))
      await server.onAsked()
      return Response.json({ missing: photos.map((one) => one.id).filter((one) => server.lacks.has(one)) })
    },
  }
  pruning = startPhotoPruning(parts)
  const keep = async (...photos: readonly DeskPhoto[]): Promise<void> =>
    void (await at.photos.bulkAdd([...photos]))
  /** Taken, sent and acknowledged, one after the other. */
  const send = async (...photos: readonly DeskPhoto[]): Promise<void> => {
    await keep(...photos)
    for (const one of photos) await markSent(at, [one])
  }
  const numbers = async (): Promise<number[]> =>
    (await at.photos.toCollection().primaryKeys()).map((one) => Number.parseInt(one, 16))
  const listed = async (): Promise<number[]> =>
    (await at.sentPhotos.toArray()).map((row) => Number.parseInt(row.photoId, 16))
  return { at, server, network, lost, parts, keep, send, numbers, listed, pruning }
}

const count = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, n) => from + n)
const photos = (from: number, to: number): DeskPhoto[] => count(from, to).map((n) => photo(n, start + n))

afterEach(async () => {
  await pruning?.stop()
  store?.close()
})

describe('pruning of sent photos', () => {
  it('keeps the newest that were sent, over several pieces, and then rests', async () => {
    const { send, numbers, listed, server, pruning: at } = await desk(40)
    await send(...photos(1, 120))
    await at.pruneNow()
    expect(await numbers()).toEqual(count(81, 120))
    expect(await listed()).toEqual(count(81, 120))
    expect(server.asked.map((asked) => asked.length)).toEqual([25, 25, 25, 5])
    await at.pruneNow()
    expect(server.asked).toHaveLength(4)
  })

  it('P1 never removes a photo that waits or was refused, however old and however many', async () => {
    const { at, keep, send, numbers, pruning: pruner } = await desk(10)
    await keep(...photos(1, 60))
    await at.photos.update(id(3), { state: 'refused' })
    await send(...photos(100, 130))
    await pruner.pruneNow()
    expect(await numbers()).toEqual([...count(1, 60), ...count(121, 130)])
  })

  it('P1 believes the photo’s own state, not the list: a row for an unsent photo removes nothing', async () => {
    const { at, keep, send, numbers, listed, pruning: pruner } = await desk(1)
    await keep(...photos(1, 3))
    await at.sentPhotos.bulkAdd(
      photos(1, 3).map(({ id: photoId, takenAt, sha256 }) => ({ photoId, takenAt, sha256 })),
    )
    await send(...photos(4, 5))
    await pruner.pruneNow()
    expect(await numbers()).toEqual([1, 2, 3, 5])
    expect(await listed()).toEqual([5])
  })

  it('P1 a photo that waits again while the server is asked stays', async () => {
    const { at, send, server, numbers, pruning: pruner } = await desk(1)
    await send(...photos(1, 3))
    server.onAsked = async () => void (await at.photos.update(id(1), { state: 'waiting' }))
    await pruner.pruneNow()
    expect(await numbers()).toEqual([1, 3])
  })

  it('P1 gives a server that lost photos what it lacks instead of removing it', async () => {
    const { at, send, server, lost, numbers, listed, pruning: pruner } = await desk(10)
    await send(...photos(1, 60))
    server.lacks.add(id(2)).add(id(7))
    await pruner.pruneNow()
    expect(lost).toEqual([id(2), id(7)])
    expect(await at.photos.bulkGet([id(2), id(7)])).toMatchObject([
      { state: 'waiting' },
      { state: 'waiting' },
    ])
    // It gets time to be sent what it lacks: nothing else is asked in this look.
    expect(server.asked).toHaveLength(1)
    expect(await numbers()).toEqual([2, 7, ...count(26, 60)])
    server.lacks.clear()
    await markSent(at, [photo(2, start + 2), photo(7, start + 7)])
    await pruner.pruneNow()
    expect((await listed()).slice(-2)).toEqual([2, 7])
    expect(await numbers()).toEqual([2, 7, ...count(53, 60)])
  })

  it('P1 removes nothing where the server is away, refuses, or answers something else', async () => {
    const { send, server, network, numbers, parts, pruning: pruner } = await desk(1)
    await send(...photos(1, 5))
    server.online = false
    await expect(pruner.pruneNow()).rejects.toThrow('fetch failed')
    network.isFree = false
    await pruner.pruneNow()
    for (const answer of [Response.json({}), new Response('no', { status: 401 }), new Response('<html>')]) {
      const other = startPhotoPruning({ ...parts, mayPrune: () => true, request: async () => answer })
      await expect(other.pruneNow()).rejects.toThrow()
      await other.stop()
    }
    expect(await numbers()).toEqual(count(1, 5))
  })

  it('P1 goes by the order of the acknowledgements under a clock that jumps years ahead and back', async () => {
    const { send, numbers, pruning: pruner } = await desk(3)
    await send(photo(1, start + 30 * yearMs), photo(2, start + 30 * yearMs), ...photos(3, 4))
    await send(photo(5, 0), photo(6, start + 6))
    await pruner.pruneNow()
    expect(await numbers()).toEqual([4, 5, 6])
  })

  it('stops between two pieces when the network is wanted, and goes on at the next look', async () => {
    const { send, server, network, numbers, pruning: pruner } = await desk(10)
    await send(...photos(1, 100))
    server.onAsked = () => Promise.resolve(void (network.isFree = server.asked.length < 2))
    await pruner.pruneNow()
    expect(await numbers()).toEqual(count(51, 100))
    network.isFree = true
    server.onAsked = () => Promise.resolve()
    await pruner.pruneNow()
    expect(await numbers()).toEqual(count(91, 100))
  })

  it('P1 leaves photo and list as they were where the disk fails in the midst of a piece', async () => {
    const { at, send, numbers, listed, pruning: pruner } = await desk(1)
    await send(...photos(1, 5))
    const fails = (): never => {
      throw new Error('disk full')
    }
    at.photos.hook('deleting', fails)
    await expect(pruner.pruneNow()).rejects.toThrow()
    at.photos.hook('deleting').unsubscribe(fails)
    expect([await numbers(), await listed()]).toEqual([count(1, 5), count(1, 5)])
    await removeSent(at, await at.sentPhotos.limit(4).toArray())
    expect([await numbers(), await listed()]).toEqual([[5], [5]])
  })
})

describe('an acknowledgement', () => {
  it('counts once, and only for a photo that waits on the disk', async () => {
    const { at, keep, numbers, listed } = await desk(10)
    await keep(photo(1, start), photo(2, start))
    await at.photos.update(id(2), { state: 'refused' })
    for (let n = 0; n < 2; n += 1) await markSent(at, [photo(1, start), photo(2, start), photo(3, start)])
    expect(await listed()).toEqual([1])
    expect(await numbers()).toEqual([1, 2])
    expect((await at.photos.toArray()).map(({ state }) => state)).toEqual(['sent', 'refused'])
  })
})

describe('the daily check of photos', () => {
  it('P1 sends again whatever a restored server lacks, and asks for every photo once', async () => {
    const { at, send, server, lost, parts } = await desk(2_000)
    const all = photos(1, 1_100)
    await at.photos.bulkAdd(all)
    await markSent(at, all)
    await send(photo(5_000, 0))
    for (const { id: photoId } of all.slice(300, 400)) server.lacks.add(photoId)
    await checkSentPhotos(parts, new AbortController().signal)
    expect(server.asked.map((asked) => asked.length)).toEqual([500, 500, 101])
    expect(new Set(server.asked.flat()).size).toBe(1_101)
    expect(lost).toEqual(all.slice(300, 400).map((one) => one.id))
    const waiting = await at.photos
      .where('[state+takenAt]')
      .between(['waiting', 0], ['waiting', Infinity])
      .primaryKeys()
    expect(waiting).toEqual(lost)
    expect(await at.sentPhotos.count()).toBe(1_001)
  })

  it('ends with the desk', async () => {
    const { send, server, parts } = await desk(2_000)
    await send(photo(1, start))
    await checkSentPhotos(parts, AbortSignal.abort())
    expect(server.asked).toEqual([])
  })
})

describe('a desk of the version before', () => {
  it('lists what it had sent, so that it is pruned like the rest', async () => {
    const name = `pruning-${names + 1}`
    const before = new Dexie(name)
    before.version(1).stores({
      photos: '&id, [state+takenAt], documentId',
      pending: '&key, collection',
      quarantine: '&id, at',
      pinAttempts: '&userId',
      site: '&id',
      meta: '&key',
    })
    const sent = photos(1, 30).map((one): DeskPhoto => ({ ...one, state: 'sent' }))
    await before
      .table('photos')
      .bulkAdd([...sent, photo(31, start), { ...photo(32, start), state: 'refused' }])
    before.close()
    const { at, numbers, listed, pruning: pruner } = await desk(10)
    expect(at.database.name).toBe(name)
    expect(await listed()).toEqual(count(1, 30))
    await pruner.pruneNow()
    expect(await numbers()).toEqual(count(21, 32))
  })
})
