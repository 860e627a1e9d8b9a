/** Every collection, by name. Photos, too, stay on the server: the ciphertext is no field for a kiosk. */
import type { CollectionDefinition, KioskRole } from './define-collection.ts'
import { amenitiesCollection } from './amenities.ts'
import { auditLogsCollection } from './audit-logs.ts'
import { blocksCollection } from './blocks.ts'
import { bookingsCollection } from './bookings.ts'
import { complaintsCollection } from './complaints.ts'
import { consentsCollection } from './consents.ts'
import { correctionsCollection } from './corrections.ts'
import { deviceSecretsCollection } from './device-secrets.ts'
import { enrolmentCodesCollection } from './enrolment-codes.ts'
import { expensesCollection } from './expenses.ts'
import { familyMembersCollection } from './family-members.ts'
import { flatsCollection } from './flats.ts'
import { gatesCollection } from './gates.ts'
import { guardDevicesCollection } from './guard-devices.ts'
import { idempotencyKeysCollection } from './idempotency-keys.ts'
import { incidentsCollection } from './incidents.ts'
import { maintenanceBillsCollection } from './maintenance-bills.ts'
import { maintenancePlansCollection } from './maintenance-plans.ts'
import { notificationsCollection } from './notifications.ts'
import { parcelsCollection } from './parcels.ts'
import { patrolLogsCollection } from './patrol-logs.ts'
import { patrolRoutesCollection } from './patrol-routes.ts'
import { paymentsCollection } from './payments.ts'
import { personLinksCollection } from './person-links.ts'
import { photosCollection } from './photos.ts'
import { preApprovalsCollection } from './pre-approvals.ts'
import { quarantineCollection } from './quarantine.ts'
import { residentsCollection } from './residents.ts'
import { shiftsCollection } from './shifts.ts'
import { societiesCollection } from './societies.ts'
import { staffCollection } from './staff.ts'
import { usersCollection } from './users.ts'
import { vendorsCollection } from './vendors.ts'
import { visitorEntriesCollection } from './visitor-entries.ts'
import { visitorsCollection } from './visitors.ts'
import { watchlistCollection } from './watchlist.ts'

export const collections = {
  societies: societiesCollection,
  blocks: blocksCollection,
  gates: gatesCollection,
  flats: flatsCollection,
  residents: residentsCollection,
  familyMembers: familyMembersCollection,
  users: usersCollection,
  visitors: visitorsCollection,
  personLinks: personLinksCollection,
  visitorEntries: visitorEntriesCollection,
  preApprovals: preApprovalsCollection,
  watchlist: watchlistCollection,
  parcels: parcelsCollection,
  incidents: incidentsCollection,
  maintenancePlans: maintenancePlansCollection,
  maintenanceBills: maintenanceBillsCollection,
  payments: paymentsCollection,
  expenses: expensesCollection,
  complaints: complaintsCollection,
  vendors: vendorsCollection,
  staff: staffCollection,
  amenities: amenitiesCollection,
  bookings: bookingsCollection,
  notifications: notificationsCollection,
  guardDevices: guardDevicesCollection,
  patrolRoutes: patrolRoutesCollection,
  patrolLogs: patrolLogsCollection,
  shifts: shiftsCollection,
  corrections: correctionsCollection,
  auditLogs: auditLogsCollection,
  consents: consentsCollection,
  photos: photosCollection,
} as const satisfies Record<string, CollectionDefinition>

/** The server's own; nothing outside it reads or writes them. */
export const serverOnlyCollections = {
  deviceSecrets: deviceSecretsCollection,
  enrolmentCodes: enrolmentCodesCollection,
  idempotencyKeys: idempotencyKeysCollection,
  quarantine: quarantineCollection,
} as const satisfies Record<string, CollectionDefinition>

export type CollectionName = keyof typeof collections

export type KioskCollectionDefinition = CollectionDefinition & { readonly kiosk: KioskRole }

export const isKioskCollection = (
  definition: CollectionDefinition,
): definition is KioskCollectionDefinition => definition.kiosk !== undefined

/** RxDB opens at most 13 collections in one page; the kiosk keeps to 12. */
export const kioskCollections: readonly KioskCollectionDefinition[] =
  Object.values<CollectionDefinition>(collections).filter(isKioskCollection)
