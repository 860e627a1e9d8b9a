/** The little that a desk needs of its society before a guard can work. */
import type { Flat } from '@chowki/shared/collections/flats.ts'
import type { SiteDocument } from '@chowki/shared/protocol/device-api.ts'
import type { LocalUser } from '../../../../renderer/data/database/kiosk-collections.ts'

const since = 1_790_000_000_000
const id = (n: number): string => n.toString(16).padStart(24, '0')
const [societyId, gateId, blockId] = [id(0xa1), id(0xb1), id(0xc1)]
const envelope = { societyId, createdAt: since, updatedAt: since }

export const deviceId = id(0x99)
export const flat: Flat = { ...envelope, _id: id(0xd1), blockId, flatNumber: '1203' }

/** The PIN's hash is never asked for here. */
export const guard: LocalUser = {
  ...envelope,
  _id: id(0xe1),
  name: 'Suresh Yadav',
  role: 'Guard',
  isActive: true,
  pinHash: '$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$x8DMQG2GsVwR0rL3bTdEH834Podm+FNh9+TbwyKZbwU',
}

export const site: SiteDocument = {
  societyId,
  societyName: 'Lotus Heights',
  timeZone: 'Asia/Kolkata',
  gateId,
  gateName: 'Main Gate',
  blocks: [{ _id: blockId, name: 'A' }],
  gates: [{ _id: gateId, name: 'Main Gate' }],
  asksTemperature: false,
  asksMask: false,
  overstayMinutes: { Delivery: 30 },
  serverTime: since,
}
