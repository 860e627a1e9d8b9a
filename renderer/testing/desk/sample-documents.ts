/** Small documents for tests of the desk. */
import type { Flat } from '@chowki/shared/collections/flats.ts'
import type { VisitorEntry } from '@chowki/shared/collections/visitor-entries.ts'
import { newestFirstSortKey } from '@chowki/shared/collections/visitor-entries.ts'
import type { SiteDocument } from '@chowki/shared/protocol/device-api.ts'
import type { LocalResident, LocalUser, LocalVisitor } from '../../data/desk/database/kiosk-collections.ts'
import type { NewVisit } from '../../data/kiosk-data.ts'

export const start = 1_790_000_000_000
export const id = (n: number): string => n.toString(16).padStart(24, '0')
export const societyId = id(0xa1)
export const gateId = id(0xb1)
export const otherGateId = id(0xb2)
export const otherGuardId = id(0xe2)
export const blockId = id(0xc1)
export const flatId = id(0xd1)
export const secondFlatId = id(0xd2)
export const guardId = id(0xe1)

const envelope = { societyId, createdAt: start, updatedAt: start }

export const flats: readonly Flat[] = [
  { ...envelope, _id: flatId, blockId, flatNumber: '1203' },
  { ...envelope, _id: secondFlatId, blockId, flatNumber: '304' },
]

export const residents: readonly LocalResident[] = [
  {
    ...envelope,
    _id: id(0xf1),
    flatId,
    residentType: 'Owner',
    name: 'Ananya Iyer',
    phone: '+919845000001',
    status: 'Active',
  },
]

/** Argon2id of the PIN 2580, with little memory, for speed. */
export const pinHash =
  '$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$x8DMQG2GsVwR0rL3bTdEH834Podm+FNh9+TbwyKZbwU'

export const guard = (more: Partial<LocalUser> = {}): LocalUser => ({
  ...envelope,
  _id: guardId,
  name: 'Suresh Yadav',
  role: 'Guard',
  isActive: true,
  pinHash,
  ...more,
})

export const site: SiteDocument = {
  societyId,
  societyName: 'Lotus Heights',
  timeZone: 'Asia/Kolkata',
  gateId,
  gateName: 'Main Gate',
  blocks: [{ _id: blockId, name: 'A' }],
  gates: [
    { _id: gateId, name: 'Main Gate' },
    { _id: otherGateId, name: 'East Gate' },
  ],
  asksTemperature: false,
  asksMask: false,
  overstayMinutes: { Delivery: 30 },
  serverTime: start,
}

export const visitor = (n: number, more: Partial<LocalVisitor> = {}): LocalVisitor => ({
  ...envelope,
  _id: id(0x1000 + n),
  name: `Visitor ${n}`,
  phone: `+9198450${String(10_000 + n)}`,
  phoneIndex: `index-${n}`,
  ...more,
})

export const entry = (
  n: number,
  visitorId: string,
  at: number,
  more: Partial<VisitorEntry> = {},
): VisitorEntry => ({
  ...envelope,
  _id: id(0x100_000 + n),
  visitorId,
  flatId,
  flatIds: [flatId],
  entryType: 'Guest',
  entryDateTime: at,
  sortKey: newestFirstSortKey(at),
  state: 'Left',
  exitDateTime: at + 60_000,
  entryGuard: guardId,
  approvalStatus: 'Approved',
  approvalMethod: 'PhoneCall',
  gateId,
  deviceId: id(0x99),
  deviceTime: at,
  ...more,
})

export const newVisit = (more: Partial<NewVisit> = {}): NewVisit => ({
  visitorId: null,
  newPerson: false,
  name: 'Ravi Kumar',
  phone: '98450 12345',
  flatIds: [flatId],
  entryType: 'Delivery',
  purpose: 'Parcel',
  vehicle: { number: 'ka 05 jx 4417', type: 'Bike' },
  notes: null,
  temperature: null,
  maskWorn: null,
  approvalMethod: 'PhoneCall',
  overrideReason: null,
  nameChecked: false,
  photo: null,
  ...more,
})

/** Begins and ends like a JPEG, which is all that desk and server look at; `mark` makes it findable. */
export const jpeg = (mark: string, size = 4_000): Blob => {
  const bytes = new Uint8Array(size)
  bytes.set([0xff, 0xd8, 0xff, 0xe0])
  bytes.set(new TextEncoder().encode(mark), 8)
  bytes.set([0xff, 0xd9], size - 2)
  return new Blob([bytes], { type: 'image/jpeg' })
}
