/** The documents as the kiosk holds them, and the names of the collections that hold them. */
import type { RxCollection, RxDatabase } from 'rxdb'
import type { CollectionName } from '@chowki/shared/collections/registry.ts'
import type { Flat } from '@chowki/shared/collections/flats.ts'
import type { PatrolLog } from '@chowki/shared/collections/patrol-logs.ts'
import type { PatrolRoute } from '@chowki/shared/collections/patrol-routes.ts'
import type { PersonLink } from '@chowki/shared/collections/person-links.ts'
import type { PreApproval } from '@chowki/shared/collections/pre-approvals.ts'
import type { Resident } from '@chowki/shared/collections/residents.ts'
import type { User } from '@chowki/shared/collections/users.ts'
import type { VisitorEntry } from '@chowki/shared/collections/visitor-entries.ts'
import type { Visitor } from '@chowki/shared/collections/visitors.ts'
import type { WatchlistRow } from '@chowki/shared/collections/watchlist.ts'

/** `phoneIndex` exists on this desk only: see `blind-index.ts`. */
export type LocalVisitor = Visitor & { phoneIndex: string }
export type LocalResident = Omit<Resident, 'email' | 'emergencyContacts'>
export type LocalUser = Omit<User, 'phoneNumber' | 'email' | 'password' | 'fcmToken' | 'lastLogin'>

export interface KioskDocuments {
  flats: Flat
  residents: LocalResident
  users: LocalUser
  visitors: LocalVisitor
  personLinks: PersonLink
  visitorEntries: VisitorEntry
  preApprovals: PreApproval
  watchlist: WatchlistRow
  patrolRoutes: PatrolRoute
  patrolLogs: PatrolLog
}

export type KioskCollectionName = keyof KioskDocuments & CollectionName
export type KioskCollections = { [Name in keyof KioskDocuments]: RxCollection<KioskDocuments[Name]> }
export type KioskDatabase = RxDatabase<KioskCollections>
