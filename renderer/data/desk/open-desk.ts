/** Everything of this desk that needs no network: key, tables, documents, lists, search. Opens in well under a second. */
import type { Report } from './trouble.ts'
import { kioskCollections } from '@chowki/shared/collections/registry.ts'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import type { WatchlistRow } from '@chowki/shared/collections/watchlist.ts'
import type { SiteDocument } from '@chowki/shared/protocol/device-api.ts'
import type { KioskPlatform } from '../../platform/platform.ts'
import { deriveDeskKeys, checkDataKey } from './keys/desk-keys.ts'
import type { DeskKeys } from './keys/desk-keys.ts'
import type { KioskDatabase, LocalUser } from './database/kiosk-collections.ts'
import { openDatabase } from './database/open-database.ts'
import { createUnsentKeys } from './database/unsent-keys.ts'
import type { UnsentKeys } from './database/unsent-keys.ts'
import { openDeskStore } from './desk-store.ts'
import type { DeskStore } from './desk-store.ts'
import { createFlatDirectory } from '../flats/flat-directory.ts'
import type { FlatDirectory } from '../flats/flat-directory.ts'
import { followCollection, intoMap } from './database/follow-collection.ts'
import { createPersonLinks } from '@chowki/shared/domain/people/person-links.ts'
import type { PersonLinks } from '@chowki/shared/domain/people/person-links.ts'
import { createLive } from './live.ts'
import type { LiveSource } from './live.ts'
import type { Live } from '../kiosk-data.ts'
import { createSealedPhotos, loadPhotoStates } from '../photos/desk-photos.ts'
import type { SealedPhotos, PhotoStates } from '../photos/desk-photos.ts'
import { openQuarantineList } from '../replication/quarantine-list.ts'
import type { QuarantineList } from '../replication/quarantine-list.ts'
import { fillPeopleIndex } from '../people/fill-people-index.ts'
import type { IndexFilling } from '../people/fill-people-index.ts'
import { createPeopleIndex } from '../people/people-index.ts'
import type { PeopleIndex } from '../people/people-index.ts'
import { createUnsentDocuments } from '../replication/unsent-documents.ts'
import type { UnsentDocuments, UnsentParts } from '../replication/unsent-documents.ts'
import { followInside, createVisitLists } from '../visits/visit-lists.ts'
import type { InsideRegister, VisitLists } from '../visits/visit-lists.ts'

const ownCollections = kioskCollections.filter(({ kiosk }) => kiosk.writes === 'own')

export interface DeskOptions {
  readonly platform: Pick<KioskPlatform, 'dataKey'>
  readonly databaseName: string
  readonly now: () => number
  readonly standing: UnsentParts['standing']
  /** Desk's clock minus server's, as far as is known. */
  readonly clockDriftMs: () => number | null
  /** Counts or marks have changed. */
  readonly onChange: () => void
  readonly onUsersChange: () => void
  readonly report: Report
  /** A row of this collection does not open, and nobody knew it before. */
  readonly onUnreadable: (collection: string) => void
}

export interface Desk {
  readonly report: Report
  readonly store: DeskStore
  readonly keys: DeskKeys
  readonly database: KioskDatabase
  readonly unsent: UnsentDocuments
  readonly quarantine: QuarantineList
  readonly photos: SealedPhotos
  readonly photoStates: PhotoStates
  readonly site: LiveSource<SiteDocument | null>
  readonly flats: FlatDirectory
  readonly users: ReadonlyMap<string, LocalUser>
  /** A row that bars any of a person's records bars the person. */
  readonly watchlist: Live<readonly WatchlistRow[]>
  readonly people: PeopleIndex
  readonly links: Pick<PersonLinks, 'personOf'>
  readonly inside: InsideRegister
  readonly filling: IndexFilling
  readonly lists: VisitLists
  close(): Promise<void>
}

export async function openDesk(options: DeskOptions): Promise<Result<Desk, ChowkiError>> {
  const dataKey = await options.platform.dataKey()
  if (!dataKey.ok) return dataKey
  const keys = await deriveDeskKeys(dataKey.value)
  const store = await openDeskStore(`${options.databaseName}-desk`)
  const checked = await checkDataKey(store, keys)
  if (!checked.ok) {
    store.close()
    return checked
  }
  try {
    return ok(await openWithKeys(options, keys, store))
  } catch (cause) {
    store.close()
    const message = cause instanceof Error ? cause.name : 'unknown'
    return err(
      chowkiError('device_storage_failed', {
        message: `The records on this disk cannot be opened (${message}).`,
      }),
    )
  }
}

async function openWithKeys(options: DeskOptions, keys: DeskKeys, store: DeskStore): Promise<Desk> {
  const { now } = options
  const quarantine = await openQuarantineList(store, now, options.report)
  const unsentKeys = createUnsentKeys(options.databaseName, ownCollections)
  const database = await openDatabase({
    name: options.databaseName,
    keys,
    unsentKeys,
    onUnreadable: (row) => {
      if (quarantine.addUnreadable(row)) options.onUnreadable(row.collection)
    },
  })
  return openOn(options, keys, store, { quarantine, unsentKeys, database }).catch(async (error: unknown) => {
    await database.close()
    throw error
  })
}

interface OpenParts {
  readonly quarantine: QuarantineList
  readonly unsentKeys: UnsentKeys
  readonly database: KioskDatabase
}

async function openOn(
  options: DeskOptions,
  keys: DeskKeys,
  store: DeskStore,
  { quarantine, unsentKeys, database }: OpenParts,
): Promise<Desk> {
  const { now, onChange } = options
  const [photoStates, siteRow] = await Promise.all([loadPhotoStates(store, onChange), store.site.get('site')])
  const unsent = await createUnsentDocuments({
    desk: store,
    unsentKeys,
    standing: options.standing,
    now,
    onChange,
    onPhotosDropped: photoStates.dropped,
  })
  const site = createLive<SiteDocument | null>(siteRow?.site ?? null)
  const memory = await followSmallCollections(database, site, options.onUsersChange)
  const people = createPeopleIndex(() => site.current()?.phoneRegion, memory.links)
  const lists = createVisitLists({
    database,
    people,
    links: memory.links,
    flatLabel: memory.flats.label,
    site: site.current,
    report: options.report,
    markOf: (entry) => markOf(entry, unsent, quarantine),
    photoMarkOf: photoStates.markOf,
    clock: () => ({ now: now(), driftMs: options.clockDriftMs() }),
  })
  const stopQuarantine = quarantine.rows.subscribe(onChange)
  memory.flatsChanged.subscribe(lists.refresh)
  memory.linksChanged.subscribe(() => {
    people.regroup(memory.linksChanged.current())
    lists.regroup()
  })
  const [inside] = await Promise.all([followInside(database, memory.links), lists.loaded])
  const filling = fillPeopleIndex({
    database,
    index: people,
    flatLabel: memory.flats.label,
    onChange: lists.refresh,
  })
  return {
    report: options.report,
    store,
    keys,
    database,
    unsent,
    quarantine,
    photoStates,
    site,
    people,
    links: memory.links,
    inside,
    filling,
    lists,
    photos: createSealedPhotos(store, keys.photos),
    flats: memory.flats,
    users: memory.users,
    watchlist: memory.watchlist,
    async close() {
      stopQuarantine()
      filling.stop()
      lists.stop()
      inside.stop()
      memory.stop()
      // It was stopped: what it did not fill is filled at the next start.
      await filling.filled.catch(() => undefined)
      await database.close()
      store.close()
    },
  }
}

/** A visit is on the server when its visitor is there too: a visit of nobody helps nobody. */
function markOf(
  entry: { readonly _id: string; readonly visitorId: string },
  unsent: UnsentDocuments,
  quarantine: QuarantineList,
): 'saved' | 'synced' | 'refused' {
  if (quarantine.has('visitorEntries', entry._id) || quarantine.has('visitors', entry.visitorId))
    return 'refused'
  const isUnsent = unsent.has('visitorEntries', entry._id) || unsent.has('visitors', entry.visitorId)
  return isUnsent ? 'saved' : 'synced'
}

async function followSmallCollections(
  database: KioskDatabase,
  site: LiveSource<SiteDocument | null>,
  onUsersChange: () => void,
) {
  const flats = createFlatDirectory()
  const users = new Map<string, LocalUser>()
  const links = createPersonLinks()
  const linksChanged = createLive<readonly string[]>([])
  const barred = new Map<string, WatchlistRow>()
  const watchlist = createLive<readonly WatchlistRow[]>([])
  const showBarred = (): void => watchlist.set([...barred.values()].map((row) => ofPerson(row, links)))
  const flatsChanged = createLive(0)
  const changed = (): void => flatsChanged.update((count) => count + 1)
  const showBlocks = (): void => {
    flats.setBlocks(site.current()?.blocks ?? [])
    changed()
  }
  const stops = [
    site.subscribe(showBlocks),
    ...(await Promise.all([
      followCollection(database.flats, { put: flats.putFlat, remove: flats.removeFlat, changed }),
      followCollection(database.residents, { put: flats.putResident, remove: flats.removeResident, changed }),
      followCollection(database.users, intoMap(users, onUsersChange)),
      followCollection(database.watchlist, intoMap(barred, showBarred)),
      followLinks(database, links, linksChanged),
    ])),
    linksChanged.subscribe(showBarred),
  ]
  showBlocks()
  return {
    flats,
    users,
    watchlist,
    links,
    linksChanged,
    flatsChanged,
    stop: () => stops.forEach((stop) => stop()),
  }
}

const ofPerson = (row: WatchlistRow, links: PersonLinks): WatchlistRow =>
  row.visitorId === undefined ? row : { ...row, visitorId: links.personOf(row.visitorId) }

/** `changed`: the records whose person may be another since the last batch. */
function followLinks(
  database: KioskDatabase,
  links: PersonLinks,
  changed: LiveSource<readonly string[]>,
): Promise<() => void> {
  let touched: string[] = []
  return followCollection(database.personLinks, {
    put: (link) => void touched.push(...links.put(link)),
    remove: (visitorId) => void touched.push(...links.remove(visitorId)),
    changed() {
      changed.set(touched)
      touched = []
    },
  })
}
