/**
 * What a field that holds an id refers to, by the field's name: the collections use a name for one thing. Names that may
 * mean one of several collections are listed as such, so that a test can tell them from a forgotten one.
 */
import type { CollectionName } from './registry.ts'

export const referencedCollections: Readonly<Record<string, CollectionName>> = {
  amenityId: 'amenities',
  assignedGuards: 'users',
  billId: 'maintenanceBills',
  blockId: 'blocks',
  entryGuard: 'users',
  exitGuard: 'users',
  flatId: 'flats',
  flatIds: 'flats',
  gateId: 'gates',
  guardId: 'users',
  maintenancePlanId: 'maintenancePlans',
  preApprovalId: 'preApprovals',
  residentId: 'residents',
  routeId: 'patrolRoutes',
  sameAs: 'visitors',
  userId: 'users',
  visitorEntryId: 'visitorEntries',
  visitorId: 'visitors',
}

/** A resident or an admin, staff or a vendor, a user or a resident; and a checkpoint lies within its route. */
export const ambiguousReferences: readonly string[] = [
  'acknowledgedBy',
  'addedBy',
  'approvedBy',
  'assignedTo',
  'checkpointId',
  'closedBy',
  'correctedBy',
  'documentId',
  'handedOverBy',
  'handedOverTo',
  'raisedBy',
  'receivedBy',
  'recordedBy',
  'relatedEntityId',
  'resolvedBy',
  'subjectId',
]
