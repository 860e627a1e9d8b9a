/** A real desk on fake-indexeddb, with a guard signed in, a clock that is set by hand, and a server that is a list. */
import type { Result } from '@chowki/shared/errors/result.ts'
import { createFakeHost, createFakePlatform } from '../fake-platform.ts'
import type { FakeHost } from '../fake-platform.ts'
import { openDesk } from '../../data/desk/open-desk.ts'
import type { Desk } from '../../data/desk/open-desk.ts'
import { documentKey } from '../../data/desk/desk-store.ts'
import type { Standing } from '../../data/replication/unsent-documents.ts'
import { createVisitActions } from '../../data/visits/visit-actions.ts'
import type { VisitActions } from '../../data/visits/visit-actions.ts'
import { flats, guard, guardId, id, residents, site, start } from './sample-documents.ts'

export interface TestDesk {
  readonly desk: Desk
  readonly actions: VisitActions
  readonly clock: { now: number }
  /** Keys of documents that the server is said to hold. */
  readonly onServer: Set<string>
  /** As a restart of the page; the disk and the host stay. */
  reopen(): Promise<TestDesk>
  close(): Promise<void>
}

export interface TestDeskOptions {
  readonly name: string
  readonly host?: FakeHost
  readonly clock?: { now: number }
  readonly onServer?: Set<string>
}

let ids = 0x500_000

export async function openTestDesk(options: TestDeskOptions): Promise<TestDesk> {
  const { name, host = createFakeHost(), clock = { now: start }, onServer = new Set<string>() } = options
  const opened = unwrap(
    await openDesk({
      report: () => undefined,
      platform: createFakePlatform(host, () => Promise.reject(new TypeError('no network'))),
      databaseName: name,
      now: () => clock.now,
      clockDriftMs: () => null,
      standing: async (collection, documentIds) => {
        const table = opened.database.collections[collection as 'visitors']
        const found = await table.storageInstance.findDocumentsById([...documentIds], true)
        const known = new Set(found.map((document) => document._id))
        const standingOf = (documentId: string): Standing =>
          !known.has(documentId)
            ? 'gone'
            : onServer.has(documentKey(collection, documentId))
              ? 'onServer'
              : 'here'
        return new Map(documentIds.map((documentId) => [documentId, standingOf(documentId)]))
      },
      onChange: () => opened?.lists.refresh(),
      onUsersChange: () => undefined,
      onUnreadable: () => undefined,
    }),
  )
  const actions = createVisitActions({
    desk: opened,
    hasRoom: () => true,
    deviceId: () => id(0x99),
    guardId: () => guardId,
    now: () => clock.now,
    newId: () => id((ids += 1)),
    onPhotoKept: () => undefined,
  })
  return {
    desk: opened,
    actions,
    clock,
    onServer,
    reopen: async () => {
      await opened.close()
      return openTestDesk({ name, host, clock, onServer })
    },
    close: () => opened.close(),
  }
}

/** As after the first replication. */
export async function fillDesk({ desk }: TestDesk): Promise<void> {
  await desk.database.flats.bulkInsert([...flats])
  await desk.database.residents.bulkInsert([...residents])
  await desk.database.users.insert(guard())
  await desk.store.site.put({ id: 'site', site, etag: null })
  desk.site.set(site)
}

export function unwrap<T, E>(result: Result<T, E>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error))
  return result.value
}

/** Waits for what a change stream brings; fails loudly instead of hanging. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs = 45_000,
): Promise<void> {
  const end = performance.now() + timeoutMs
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`Not within ${timeoutMs} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
