/** The page of the browser tests: a desk without a server, worked by the test through `window.testDesk`. */
import { argon2Verify } from 'hash-wasm'
import { createBrowserPlatform } from '../../platform/browser-platform.ts'
import type { KioskDatabase, LocalVisitor } from '../../data/desk/database/kiosk-collections.ts'
import { openDesk } from '../../data/desk/open-desk.ts'
import type { Desk } from '../../data/desk/open-desk.ts'
import { capturePhoto } from '../../data/photos/photo-capture.ts'
import { findPeople } from '../../data/people/find-people.ts'
import { createVisitActions } from '../../data/visits/visit-actions.ts'
import { createPhotoWork } from './browser-photos.ts'
import {
  flats,
  guard,
  guardId,
  id,
  jpeg,
  newVisit,
  pinHash,
  residents,
  site,
  start,
  visitor,
} from './sample-documents.ts'

const databaseName = 'chowki'
const newId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  )

let desk: Desk | null = null
const durabilities: (string | undefined)[] = []
const originalTransaction = IDBDatabase.prototype.transaction
IDBDatabase.prototype.transaction = function record(stores, mode, options) {
  if (mode === 'readwrite') durabilities.push(options?.durability)
  return originalTransaction.call(this, stores, mode, options)
}

const longTasks: number[] = []
new PerformanceObserver((list) =>
  longTasks.push(...list.getEntries().map((entry) => entry.duration)),
).observe({
  type: 'longtask',
})

const opened = (): Desk => {
  if (desk === null) throw new Error('The desk is not open')
  return desk
}

async function open(): Promise<{ ms: number; collections: number }> {
  const from = performance.now()
  const result = await openDesk({
    report: () => undefined,
    platform: createBrowserPlatform(),
    databaseName,
    now: Date.now,
    clockDriftMs: () => null,
    standing: () => Promise.resolve(new Map()),
    onChange: () => desk?.lists.refresh(),
    onUsersChange: () => undefined,
    onUnreadable: () => undefined,
  })
  if (!result.ok) throw new Error(result.error.code)
  desk = result.value
  return { ms: performance.now() - from, collections: Object.keys(desk.database.collections).length }
}

async function fill(): Promise<void> {
  const { database, store, site: live } = opened()
  await database.flats.bulkInsert([...flats])
  await database.residents.bulkInsert([...residents])
  await database.users.insert(guard())
  await store.site.put({ id: 'site', site, etag: null })
  live.set(site)
}

async function letIn(name: string, phone: string, mark: string | null): Promise<string> {
  const at = opened()
  const actions = createVisitActions({
    desk: at,
    hasRoom: () => true,
    deviceId: () => id(0x99),
    guardId: () => guardId,
    now: Date.now,
    newId,
    onPhotoKept: () => undefined,
  })
  const done = await actions.letIn(
    newVisit({ name, phone, photo: mark === null ? null : jpeg(mark, 40_000) }),
  )
  if (!done.ok) throw new Error(done.error.message)
  return done.value.entryId
}

/** Past the validator and RxDB's caches, in large steps: a hundred thousand are wanted, not a test of inserting. */
async function insertVisitors(from: number, count: number): Promise<void> {
  const database: KioskDatabase = opened().database
  const rows = Array.from({ length: count }, (_, n): { document: LocalVisitor } => ({
    document: visitor(from + n, {
      name: `${['Ravi', 'सुनीता', 'Deepak', 'Lakshmi', 'முருகன்'][n % 5] ?? ''} Kumar${from + n}`,
      updatedAt: start + from + n,
    }),
  }))
  await database.visitors.bulkInsert(rows.map((row) => row.document))
}

async function search(term: string): Promise<{ ms: number; hits: number; first: string | null }> {
  const at = opened()
  const parts = {
    database: at.database,
    keys: at.keys,
    index: at.people,
    flats: at.flats,
    watchlist: at.watchlist,
    phoneRegion: () => 'IN',
    now: Date.now,
    report: () => undefined,
  }
  const from = performance.now()
  const hits = await findPeople(parts, term, 20)
  return { ms: performance.now() - from, hits: hits.length, first: hits[0]?.name ?? null }
}

async function readVisit(entryId: string) {
  const { database, photos } = opened()
  const entry = await database.visitorEntries.findOne(entryId).exec()
  if (entry === null) return null
  const person = await database.visitors.findOne(entry.visitorId).exec()
  const photo = await photos.openPhoto(entry.entryPhoto ?? '')
  return {
    state: entry.state,
    name: person?.name ?? null,
    mark: photo === null ? null : new TextDecoder().decode(photo.subarray(8, 24)).replaceAll('\0', ''),
  }
}

/** What must be nobody's after a kill: visits without their visitor or their key, keys without their document. */
async function strays(): Promise<{ visits: number; visitors: number; stray: string[] }> {
  const { database, unsent } = opened()
  const visits = await database.visitorEntries.find().exec()
  const visitors = new Set((await database.visitors.find().exec()).map((one) => one._id))
  const visitIds = new Set(visits.map((one) => one._id))
  const stray = [
    ...visits.filter((one) => !visitors.has(one.visitorId)).map((one) => `visit of nobody ${one._id}`),
    ...visits.filter((one) => !unsent.has('visitorEntries', one._id)).map((one) => `unlisted ${one._id}`),
    ...[...visitors].filter((one) => !unsent.has('visitors', one)).map((one) => `unlisted ${one}`),
    ...unsent.ids('visitorEntries').filter((one) => !visitIds.has(one)),
    ...unsent.ids('visitors').filter((one) => !visitors.has(one)),
  ]
  return { visits: visits.length, visitors: visitors.size, stray }
}

/** Every pixel its own colour: no camera gives a picture that is harder to make small. */
async function captureNoise(width: number, height: number) {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  const image = new ImageData(width, height)
  for (let n = 0; n < image.data.length; n += 65_536)
    crypto.getRandomValues(image.data.subarray(n, Math.min(n + 65_536, image.data.length)))
  context?.putImageData(image, 0, 0)
  const photo = await capturePhoto(canvas)
  if (!photo.ok) return { ok: false as const, code: photo.error.code }
  const bitmap = await createImageBitmap(photo.value)
  return {
    ok: true as const,
    size: photo.value.size,
    type: photo.value.type,
    width: bitmap.width,
    height: bitmap.height,
  }
}

async function captureCalm() {
  const canvas = new OffscreenCanvas(640, 480)
  const context = canvas.getContext('2d')
  if (context !== null) {
    context.fillStyle = '#c86432'
    context.fillRect(0, 0, 640, 480)
  }
  const photo = await capturePhoto(await canvas.convertToBlob({ type: 'image/png' }))
  if (!photo.ok) return { ok: false as const, code: photo.error.code }
  const bitmap = await createImageBitmap(photo.value)
  return {
    ok: true as const,
    size: photo.value.size,
    type: photo.value.type,
    width: bitmap.width,
    height: bitmap.height,
  }
}

const testDesk = {
  ...createPhotoWork(opened),
  open,
  fill,
  letIn,
  insertVisitors,
  search,
  readVisit,
  strays,
  captureNoise,
  captureCalm,
  captureNothing: async () => {
    const photo = await capturePhoto(new Blob(['no picture']))
    return photo.ok ? 'ok' : photo.error.code
  },
  filled: async () => {
    const from = performance.now()
    await opened().filling.filled
    return { ms: performance.now() - from, people: opened().people.size() }
  },
  close: async () => {
    await opened().close()
    desk = null
  },
  inside: () =>
    opened()
      .lists.inside.current()
      .map(({ entryId, name, flats: at }) => ({ entryId, name, flats: at })),
  verifyPin: (pin: string) => argon2Verify({ password: pin, hash: pinHash }),
  durabilities: () => [...new Set(durabilities.map(String))],
  longestTaskMs: () => Math.max(0, ...longTasks),
  forgetLongTasks: () => void longTasks.splice(0),
}
export type TestDeskPage = typeof testDesk
declare global {
  interface Window {
    testDesk: TestDeskPage
  }
}
window.testDesk = testDesk
