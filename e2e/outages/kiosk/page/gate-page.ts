/** A desk without screens: the renderer's own data layer in a real page, driven by the test through `window.gate`. */
import type { VisitorEntry } from '@chowki/shared/collections/visitor-entries.ts'
import { createObjectId, objectIdRandomBytes } from '@chowki/shared/domain/object-id.ts'
import { base64ToBytes, sha256Hex } from '../../../../renderer/data/desk/keys/sealing.ts'
import { openDesk } from '../../../../renderer/data/desk/open-desk.ts'
import type { Desk } from '../../../../renderer/data/desk/open-desk.ts'
import {
  flats,
  guard,
  guardId,
  id,
  newVisit,
  site,
} from '../../../../renderer/testing/desk/sample-documents.ts'
import { createVisitActions } from '../../../../renderer/data/visits/visit-actions.ts'
import type { VisitActions } from '../../../../renderer/data/visits/visit-actions.ts'
import { createBrowserPlatform } from '../../../../renderer/platform/browser-platform.ts'

export interface LetIn {
  /** Null: somebody new. */
  readonly visitorId: string | null
  readonly name: string
  readonly phone: string
  /** A JPEG as base64. */
  readonly photo: string
}

export interface Saved {
  readonly entryId: string
  readonly visitorId: string
}

export interface FoundVisit extends Saved {
  readonly state: VisitorEntry['state']
  readonly name: string
  readonly phone: string
  /** Of the photo as it opens; null where it is not there or does not open. */
  readonly photoSha256: string | null
  /** By the desk's list of who is inside. */
  readonly isListedInside: boolean
}

let opened: { readonly desk: Desk; readonly actions: VisitActions } | null = null

const at = () => {
  if (opened === null) throw new Error('The desk is not open')
  return opened
}

const newId = (): string =>
  createObjectId(Date.now(), crypto.getRandomValues(new Uint8Array(objectIdRandomBytes)))

async function open(): Promise<void> {
  const result = await openDesk({
    report: () => undefined,
    platform: createBrowserPlatform(),
    databaseName: 'chowki',
    now: Date.now,
    clockDriftMs: () => null,
    standing: () => Promise.resolve(new Map()),
    onChange: () => opened?.desk.lists.refresh(),
    onUsersChange: () => undefined,
    onUnreadable: (collection) => {
      throw new Error(`A row of ${collection} does not open`)
    },
  })
  if (!result.ok) throw new Error(result.error.message)
  const desk = result.value
  const actions = createVisitActions({
    desk,
    hasRoom: () => true,
    deviceId: () => id(0x99),
    guardId: () => guardId,
    now: Date.now,
    newId,
    onPhotoKept: () => undefined,
  })
  opened = { desk, actions }
}

/** What a desk has after its first replication. */
async function fill(): Promise<void> {
  const { database, store, site: live } = at().desk
  await database.flats.bulkInsert([...flats])
  await database.users.insert(guard())
  await store.site.put({ id: 'site', site, etag: null })
  live.set(site)
}

/** Resolves when the screen would say that it is saved. */
async function letIn({ visitorId, name, phone, photo }: LetIn): Promise<Saved> {
  const { desk, actions } = at()
  const jpeg = new Blob([base64ToBytes(photo)], { type: 'image/jpeg' })
  const done = await actions.letIn(newVisit({ visitorId, name, phone, photo: jpeg }))
  if (!done.ok) throw new Error(done.error.message)
  const { entryId } = done.value
  const entry = await desk.database.visitorEntries.findOne(entryId).exec(true)
  return { entryId, visitorId: entry.visitorId }
}

async function change(kind: 'letOut' | 'undoLetOut', entryId: string): Promise<void> {
  const { letOut, undoLetOut } = at().actions
  const done = await (kind === 'letOut' ? letOut(entryId) : undoLetOut({ entryIds: [entryId] }))
  if (!done.ok) throw new Error(done.error.message)
}

async function readAll(): Promise<FoundVisit[]> {
  const { database, photos, lists } = at().desk
  const people = new Map((await database.visitors.find().exec()).map((person) => [person._id, person]))
  const inside = new Set(lists.inside.current().map(({ entryId }) => entryId))
  const entries = await database.visitorEntries.find().exec()
  return Promise.all(
    entries.map(async ({ _id, visitorId, state, entryPhoto }): Promise<FoundVisit> => {
      // A row whose file the cut took with it does not even read.
      const photo = await photos.openPhoto(entryPhoto ?? '').catch(() => null)
      const person = people.get(visitorId)
      return {
        ...{ entryId: _id, visitorId, state, name: person?.name ?? '', phone: person?.phone ?? '' },
        photoSha256: photo === null ? null : await sha256Hex(photo),
        isListedInside: inside.has(_id),
      }
    }),
  )
}

/** As a page whose author left Chromium's default. Before `open`: Dexie binds the method to each database then. */
function relax(): void {
  const strictly = IDBDatabase.prototype.transaction
  IDBDatabase.prototype.transaction = function relaxed(stores, mode, options) {
    return strictly.call(this, stores, mode, { ...options, durability: 'relaxed' })
  }
}

const gate = { open, fill, letIn, change, readAll, relax }
export type GatePage = typeof gate
declare global {
  interface Window {
    gate: GatePage
  }
}
window.gate = gate
