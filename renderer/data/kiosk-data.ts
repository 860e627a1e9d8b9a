/**
 * Everything the kiosk's screens may ask of its data. The screens know no database: they hold this interface,
 * which `open-kiosk-data.ts` implements on RxDB and `fake-kiosk-data.ts` in memory for component tests.
 * Nothing here awaits the network except `enrol` and `enrolAgain`.
 */
import type { Result } from '@chowki/shared/errors/result.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import type { troubleAreas } from '@chowki/shared/ipc/channels.ts'
import type { ApprovalMethod, EntryType, VehicleType } from '@chowki/shared/collections/visitor-entries.ts'
import type { WatchlistRow } from '@chowki/shared/collections/watchlist.ts'

/** For React's useSyncExternalStore: a snapshot is the same object until it changes. */
export interface Live<T> {
  current(): T
  subscribe(onChange: () => void): () => void
}

/** `low`: so little room that no new visit is taken. `failing`: it takes nothing, and is tried again and again. */
export type DiskState = 'good' | 'low' | 'failing'

export type KioskStage =
  | { readonly stage: 'opening' }
  /** `refusal`: why the last try failed; the desk asks again by itself where that can help. */
  | { readonly stage: 'unenrolled'; readonly refusal: ChowkiError | null }
  /** First replication after the code was accepted; `done` of `total` collections. */
  | { readonly stage: 'enrolling'; readonly done: number; readonly total: number }
  | { readonly stage: 'signedOut' }
  | { readonly stage: 'signedIn'; readonly guard: Guard }
  /** The database or its key cannot be opened. */
  | { readonly stage: 'failed'; readonly error: ChowkiError }

export interface Guard {
  readonly userId: string
  readonly name: string
  /** His PIN lets the desk's diagnostics be taken along. */
  readonly isSupervisor: boolean
  /** When an attempt-lock ends by `performance.now()`, the clock that nobody sets; null: not locked. */
  readonly lockedUntil: number | null
}

export interface Site {
  readonly societyName: string
  readonly gateName: string
  readonly timeZone: string
  /** ISO 3166 code: whose numbers are written without their country. */
  readonly phoneRegion: string
  /** Ask for temperature and mask only where the society wants them. */
  readonly asksTemperature: boolean
  readonly asksMask: boolean
  readonly overstayMinutes: Readonly<Partial<Record<EntryType, number>>>
}

/** P4: always on the screen. */
export interface SyncStatus {
  readonly online: boolean
  readonly unsyncedRecords: number
  readonly unsyncedPhotos: number
  /** Of the record that waits longest; null where none waits. */
  readonly waitingSince: number | null
  readonly quarantined: number
  /** When this desk last heard everything the server had; null before the first time. */
  readonly lastSyncedAt: number | null
  /** Device clock minus server clock at the last answer. */
  readonly clockDriftMs: number | null
  /** `revoked`: the server no longer takes this device; entries are still saved here. */
  readonly trouble: 'none' | 'revoked' | 'outdated'
  readonly disk: DiskState
}

export type TroubleArea = (typeof troubleAreas)[number]

export interface Trouble {
  readonly area: TroubleArea
  /** Epoch milliseconds by the desk's clock. */
  readonly at: number
}

export interface QuarantineNotice {
  readonly id: string
  readonly collection: string
  readonly documentId: string
  readonly error: ChowkiError
  readonly at: number
}

export interface PersonHit {
  readonly visitorId: string
  readonly name: string
  readonly phone: string
  readonly photoId: string | null
  /** Of the last visit: one tap brings them back. */
  readonly lastFlats: readonly FlatOption[]
  readonly lastEntryType: EntryType | null
  readonly lastPurpose: string | null
  readonly lastVehicle: Vehicle | null
  readonly lastSeenAt: number | null
  /** Set while the visitor is inside. */
  readonly insideEntryId: string | null
  /** Why the society bars this person, phone or last vehicle; null where it does not. */
  readonly barred: string | null
}

export interface FlatOption {
  readonly flatId: string
  /** As people say it: `A-1203`. */
  readonly label: string
  readonly residents: readonly {
    readonly residentId: string
    readonly name: string
    readonly phone: string
  }[]
}

export interface Vehicle {
  readonly number: string
  readonly type: VehicleType
}

/** Ticks beside a visit: `saved` on this desk, `synced` on the server, `refused` quarantined. */
export type SyncMark = 'saved' | 'synced' | 'refused'

/** A visit of the same visitor that is open as well: let in at two gates. */
export interface OpenVisit {
  readonly entryId: string
  readonly gateName: string
  readonly entryAt: number
}

export interface Visit {
  readonly entryId: string
  readonly visitorId: string
  readonly name: string
  readonly phone: string
  readonly flats: readonly string[]
  readonly entryType: EntryType
  readonly purpose: string | null
  readonly vehicle: Vehicle | null
  readonly entryAt: number
  readonly exitAt: number | null
  /** What the clock said that wrote the entry, where it was days off; `entryAt` is the time that it really was. */
  readonly writtenAt: number | null
  readonly gateName: string
  /** While open: the visitor's other open visits. Inside he is listed once, by his first one. */
  readonly alsoOpen: readonly OpenVisit[]
  readonly entryPhotoId: string | null
  readonly approvalMethod: ApprovalMethod
  /** When it is due to have left, by its type; null where nothing is due. */
  readonly dueAt: number | null
  readonly mark: SyncMark
  readonly photoMark: SyncMark | null
}

export interface NewVisit {
  /** Whom the guard chose: name and phone are taken from there. Null: whoever the phone with the name says. */
  readonly visitorId: string | null
  /** The guard was asked and said: none of those who are known by this phone. */
  readonly newPerson: boolean
  readonly name: string
  readonly phone: string
  readonly flatIds: readonly string[]
  readonly entryType: EntryType
  readonly purpose: string | null
  readonly vehicle: Vehicle | null
  readonly notes: string | null
  readonly temperature: number | null
  readonly maskWorn: boolean | null
  readonly approvalMethod: ApprovalMethod
  /** Of an override only, and needed there. */
  readonly overrideReason: string | null
  /** The guard was shown a barred name like this one, and says that it is somebody else. */
  readonly nameChecked: boolean
  /** JPEG of at most 80 KB, from `photo-capture.ts`. */
  readonly photo: Blob | null
}

/** As they are to be; both are given. */
export interface VisitorCorrection {
  readonly visitorId: string
  readonly name: string
  readonly phone: string
}

export interface VisitReceipt {
  readonly entryId: string
}

/** All that one exit ended: of a visitor who was in twice, both visits. */
export interface ExitReceipt {
  readonly entryIds: readonly string[]
}

export interface KioskData {
  readonly stage: Live<KioskStage>
  readonly site: Live<Site | null>
  readonly sync: Live<SyncStatus>
  readonly guards: Live<readonly Guard[]>
  readonly inside: Live<readonly Visit[]>
  /** The newest visits of this society, newest first, at most 50. */
  readonly recent: Live<readonly Visit[]>
  readonly quarantine: Live<readonly QuarantineNotice[]>
  /** Whom the society bars, as this desk knows it; the screen judges by it while the guard types. */
  readonly watchlist: Live<readonly WatchlistRow[]>
  /** The newest failure that no screen has answered, of an earlier start too; null where there was none. */
  readonly trouble: Live<Trouble | null>

  /** `serverUrl` is an origin. Resolves when guards can sign in offline. */
  enrol(serverUrl: string, code: string): Promise<Result<null, ChowkiError>>
  /** After `trouble` said `revoked`: a new code of the same society, and what waits here is sent. */
  enrolAgain(code: string): Promise<Result<null, ChowkiError>>
  signIn(userId: string, pin: string): Promise<Result<Guard, ChowkiError>>
  /** Allowed with unsynced records: they stay and are sent later. */
  signOut(): Promise<void>

  /** Empty term: the newest visitors. Name words by prefix in any script, phone digits by any part, vehicle, flat. */
  findPeople(term: string, limit: number): Promise<readonly PersonHit[]>
  findFlats(term: string, limit: number): Promise<readonly FlatOption[]>

  /** Resolves once the record is durably on this desk (P1). Refuses with `visitor_uncertain` until it is said who it is. */
  letIn(visit: NewVisit): Promise<Result<VisitReceipt, ChowkiError>>
  /** Within ten seconds of `letIn`: the visit is closed as entered by mistake. */
  undoLetIn(entryId: string): Promise<Result<null, ChowkiError>>
  /** Ends every open visit of this visitor, by whichever gate it began. */
  letOut(entryId: string): Promise<Result<ExitReceipt, ChowkiError>>
  /** Refuses with `undo_overtaken` where the visitor was let in or out anew since. */
  undoLetOut(exit: ExitReceipt): Promise<Result<null, ChowkiError>>
  /** Another name or phone for somebody known, in all visits, past ones too. Answers them as they are stored. */
  correctVisitor(correction: VisitorCorrection): Promise<Result<VisitorCorrection, ChowkiError>>

  /** An object URL of the decrypted photo, from this desk or else from the server; null where neither has it. */
  photoUrl(photoId: string): Promise<string | null>
  /**
   * Versions, figures and the log into a file; answers where it lies. `userId` and `pin` are a supervisor's, whoever is
   * signed in: a wrong PIN counts as at the sign-in (`pin_wrong`, `too_many_attempts`), anybody else's is `forbidden`.
   */
  saveDiagnostics(userId: string, pin: string): Promise<Result<{ readonly place: string }, ChowkiError>>
  /** Tries to replicate at once. */
  syncNow(): void
  close(): Promise<void>
}
