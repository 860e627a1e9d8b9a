/**
 * What belongs to this desk alone and is not replicated as documents: photos waiting for upload, the list of
 * documents that the server may not have yet, PIN attempts, quarantine, enrolment. Its own Dexie database,
 * because RxDB holds one database per collection and no photo belongs into a document.
 * Every write is durable when it resolves (strict): P1 covers a photo as it covers its visit.
 */
import { Dexie } from 'dexie'
import type { Table, Transaction } from 'dexie'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import type { PinAttempts } from '@chowki/shared/domain/pin.ts'
import type { SiteDocument } from '@chowki/shared/protocol/device-api.ts'

export type PhotoState = 'waiting' | 'sent' | 'refused'

export interface DeskPhoto {
  readonly id: string
  /** IV, AES-256-GCM ciphertext and tag; the context is the id. */
  readonly sealed: Uint8Array<ArrayBuffer>
  /** Hex, of the JPEG. */
  readonly sha256: string
  /** Bytes of the JPEG. */
  readonly size: number
  readonly takenAt: number
  readonly state: PhotoState
  /** The document that shows it: a photo whose document never came to be is not uploaded. */
  readonly collection: string
  readonly documentId: string
}

/**
 * A photo that the server has acknowledged, with what it takes to ask for it again without reading its bytes. The
 * numbers follow the acknowledgements, so that "oldest" means the same under every clock.
 */
export interface SentPhoto {
  readonly seq: number
  readonly photoId: string
  readonly takenAt: number
  readonly sha256: string
}

/** A document that this desk wrote and that the server may not hold yet (see `replication/unsent-documents.ts`). */
export interface UnsentDocument {
  readonly key: string
  readonly collection: string
  readonly documentId: string
  readonly since: number
}

export interface QuarantineEntry {
  readonly id: string
  readonly collection: string
  readonly documentId: string
  readonly error: ChowkiError
  readonly at: number
  /** Of an unreadable row: its bytes as found, for whoever may repair it. */
  readonly raw?: unknown
}

interface MetaRow {
  readonly key: string
  readonly value: unknown
}

export interface DeskStore {
  readonly database: Dexie
  readonly photos: Table<DeskPhoto, string>
  /** One row for each photo in the state `sent`, and no other (`photos/sent-photos.ts`). */
  readonly sentPhotos: Table<SentPhoto, number, Omit<SentPhoto, 'seq'>>
  readonly unsent: Table<UnsentDocument, string>
  readonly quarantine: Table<QuarantineEntry, string>
  readonly pinAttempts: Table<PinAttempts & { readonly userId: string }, string>
  readonly site: Table<
    { readonly id: 'site'; readonly site: SiteDocument; readonly etag: string | null },
    string
  >
  readMeta<T>(key: string): Promise<T | null>
  writeMeta(key: string, value: unknown): Promise<void>
  /** No row at all: a desk that was never used. */
  isEmpty(): Promise<boolean>
  /** The browser has closed it, as when the disk fails; not heard of `close`. */
  onLost(listener: () => void): void
  close(): void
}

export const documentKey = (collection: string, documentId: string): string => `${collection}|${documentId}`

export async function openDeskStore(name: string): Promise<DeskStore> {
  const database = new Dexie(name, { chromeTransactionDurability: 'strict' })
  database.version(1).stores({
    photos: '&id, [state+takenAt], documentId',
    pending: '&key, collection',
    quarantine: '&id, at',
    pinAttempts: '&userId',
    site: '&id',
    meta: '&key',
  })
  database.version(2).stores({ sentPhotos: '++seq' }).upgrade(listSentPhotos)
  await database.open()
  const meta: Table<MetaRow, string> = database.table('meta')
  let isClosing = false
  return {
    database,
    photos: database.table('photos'),
    sentPhotos: database.table('sentPhotos'),
    // Its name on the disks of desks that are at work.
    unsent: database.table('pending'),
    quarantine: database.table('quarantine'),
    pinAttempts: database.table('pinAttempts'),
    site: database.table('site'),
    async readMeta<T>(key: string) {
      return ((await meta.get(key))?.value ?? null) as T | null
    },
    async writeMeta(key, value) {
      await meta.put({ key, value })
    },
    async isEmpty() {
      const counts = await Promise.all(database.tables.map((table) => table.count()))
      return counts.every((count) => count === 0)
    },
    onLost(listener) {
      database.on('close', () => {
        if (!isClosing) listener()
      })
    },
    close() {
      isClosing = true
      database.close()
    },
  }
}

/** Once, for a desk that comes from version 1: photo by photo, so that one at a time is in memory. */
async function listSentPhotos(transaction: Transaction): Promise<void> {
  const photos: Table<DeskPhoto, string> = transaction.table('photos')
  const rows: Omit<SentPhoto, 'seq'>[] = []
  await photos
    .where('[state+takenAt]')
    .between(['sent', -Infinity], ['sent', Infinity])
    .each(({ id, takenAt, sha256 }) => void rows.push({ photoId: id, takenAt, sha256 }))
  await transaction.table('sentPhotos').bulkAdd(rows)
}
