/**
 * A visit, from entry to exit. Gates write it, often two gates at once: the merge groups below decide.
 * `state` and `sortKey` exist because RxDB cannot index an absent exit nor read an index backwards.
 */
import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import {
  boolean,
  epochMs,
  epochMsMax,
  epochMsMin,
  hexId,
  integer,
  listOf,
  number,
  object,
  objectId,
  oneOf,
  optional,
  passCode,
  personalLines,
  personalText,
} from './fields.ts'

export const entryTypes = [
  'Guest',
  'Invited',
  'Unexpected',
  'Delivery',
  'Cab',
  'DailyHelp',
  'Service',
  'Other',
] as const
export type EntryType = (typeof entryTypes)[number]

export const approvalStatuses = ['Pending', 'Approved', 'Rejected', 'Expired'] as const
export type ApprovalStatus = (typeof approvalStatuses)[number]

export const approvalMethods = ['PreApproval', 'Resident', 'PhoneCall', 'Override', 'Standing'] as const
export type ApprovalMethod = (typeof approvalMethods)[number]

export const vehicleTypes = ['Car', 'Bike', 'Auto', 'Truck', 'Other'] as const
export type VehicleType = (typeof vehicleTypes)[number]

/** `Cancelled`: entered by mistake and undone at once; the record stays. */
export const visitStates = ['Inside', 'Left', 'Cancelled'] as const
export type VisitState = (typeof visitStates)[number]

/**
 * Why a supervisor should look at a visit, as the server judged it. `Watchlist` is certain (person, phone or plate);
 * `WatchlistName` is a name that is spelt like a barred one.
 */
export const reviewReasons = [
  'Watchlist',
  'WatchlistName',
  'DoubleEntry',
  'Override',
  'ReasonMissing',
  'ClockDrift',
] as const
export type ReviewReason = (typeof reviewReasons)[number]

/** Newest first in an ascending index. */
const sortKeyBase = 10_000_000_000_000
export const newestFirstSortKey = (entryDateTime: number): number => sortKeyBase - entryDateTime

export const flatsPerVisitMax = 20

export const visitorEntriesCollection = defineCollection({
  name: 'visitorEntries',
  version: 1,
  fields: {
    visitorId: objectId(),
    /** The first of `flatIds`. */
    flatId: objectId(),
    flatIds: listOf(objectId(), flatsPerVisitMax, 1),
    residentId: optional(objectId()),
    entryType: oneOf(entryTypes),
    entryDateTime: epochMs(),
    exitDateTime: optional(epochMs()),
    /** Ids of photos. */
    entryPhoto: optional(hexId()),
    exitPhoto: optional(hexId()),
    entryGuard: objectId(),
    exitGuard: optional(objectId()),
    state: oneOf(visitStates),
    /** `newestFirstSortKey(entryDateTime)`. */
    sortKey: integer(sortKeyBase - epochMsMax, sortKeyBase - epochMsMin),
    approvalStatus: oneOf(approvalStatuses),
    approvalMethod: optional(oneOf(approvalMethods)),
    approvedBy: optional(objectId()),
    approvalDateTime: optional(epochMs()),
    /** Why the guard let someone in without approval. */
    overrideReason: optional(personalText(200)),
    /** The guard was shown a barred name that is spelt like this one, and says that it is somebody else. */
    nameChecked: optional(boolean()),
    preApprovalId: optional(objectId()),
    passCode: optional(passCode()),
    vehicleDetails: optional(
      object({ number: personalText(20, { minLength: 1 }), type: oneOf(vehicleTypes) }),
    ),
    purpose: optional(personalText(120)),
    /** Degrees Celsius or Fahrenheit, as the society's thermometer shows. */
    temperature: optional(number(20, 120, { personal: true })),
    maskWorn: optional(boolean()),
    notes: optional(personalLines(1000)),
    gateId: objectId(),
    deviceId: hexId(),
    /** By the kiosk's clock when the record was made. */
    deviceTime: epochMs(),
    /** By the server's clock when the record first arrived. */
    serverTime: optional(epochMs()),
    /** Kiosk's clock minus server's clock at that arrival. */
    timeDriftMs: optional(integer(-4_102_444_800_000, 4_102_444_800_000)),
    /** In the order of the list above; absent where there is nothing to look at. */
    reviewReasons: optional(listOf(oneOf(reviewReasons), reviewReasons.length, 1)),
  },
  mongoIndexes: [
    { keys: { societyId: 1, entryDateTime: -1, exitDateTime: 1 } },
    { keys: { societyId: 1, state: 1, entryDateTime: -1 } },
    { keys: { societyId: 1, visitorId: 1, entryDateTime: -1 } },
    { keys: { societyId: 1, flatIds: 1, entryDateTime: -1 } },
    { keys: { societyId: 1, approvalStatus: 1, entryDateTime: -1 } },
    { keys: { societyId: 1, preApprovalId: 1, entryDateTime: -1 }, onlyWith: 'preApprovalId' },
    { keys: { societyId: 1, passCode: 1, entryDateTime: -1 }, onlyWith: 'passCode' },
    { keys: { societyId: 1, reviewReasons: 1, entryDateTime: -1 }, onlyWith: 'reviewReasons' },
  ],
  kiosk: {
    indexes: [['sortKey'], ['state', 'sortKey'], ['visitorId', 'sortKey']],
    encrypted: ['vehicleDetails', 'purpose', 'temperature', 'notes', 'overrideReason'],
    writes: 'own',
    serverOwned: ['serverTime', 'timeDriftMs', 'reviewReasons'],
    withheld: [],
    merge: [
      { fields: ['exitDateTime', 'exitGuard', 'exitPhoto', 'state'], rule: 'earliest' },
      {
        fields: ['approvalDateTime', 'approvalStatus', 'approvalMethod', 'approvedBy', 'overrideReason'],
        rule: 'earliest',
      },
      { fields: ['flatIds', 'flatId'], rule: 'serverWins' },
      { fields: ['entryDateTime', 'sortKey'], rule: 'serverWins' },
      { fields: ['notes'], rule: 'joinText' },
    ],
  },
  addedFields: { 1: ['nameChecked', 'reviewReasons'] },
  // Nothing of an older visit is judged or moved: an override's reason in its notes stays there, readable.
  migrations: { 1: (entry) => entry },
})
export type VisitorEntry = DocumentOf<typeof visitorEntriesCollection>
