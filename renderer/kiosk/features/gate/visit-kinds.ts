/** Signs and chips of each kind of visit. Purposes are stored in these English words and shown in the guard's language. */
import type { ApprovalMethod, EntryType, VehicleType } from '@chowki/shared/collections/visitor-entries.ts'
import {
  IconMotorbike,
  IconCar,
  IconDots,
  IconHome,
  IconTicket,
  IconPackage,
  IconPhoneCall,
  IconRosetteDiscountCheck,
  IconBucket,
  IconSteeringWheel,
  IconTool,
  IconTruck,
  IconUserExclamation,
  IconWalk,
  IconUsers,
} from '@tabler/icons-react'
import type { Icon } from '@tabler/icons-react'
import { IconAutoRickshaw } from '../../../ui/own-icons.ts'

export const entryTypeIcons: Readonly<Record<EntryType, Icon>> = {
  Guest: IconUsers,
  Invited: IconTicket,
  Unexpected: IconWalk,
  Delivery: IconPackage,
  Cab: IconSteeringWheel,
  DailyHelp: IconBucket,
  Service: IconTool,
  Other: IconDots,
}

export const vehicleTypeIcons: Readonly<Record<VehicleType, Icon>> = {
  Car: IconCar,
  Bike: IconMotorbike,
  Auto: IconAutoRickshaw,
  Truck: IconTruck,
  Other: IconDots,
}

/** What a guard may record himself; passes and residents answer for themselves. */
export const guardApprovals = [
  'PhoneCall',
  'Standing',
  'Override',
] as const satisfies readonly ApprovalMethod[]

export const approvalIcons: Readonly<Record<ApprovalMethod, Icon>> = {
  PreApproval: IconRosetteDiscountCheck,
  Resident: IconHome,
  PhoneCall: IconPhoneCall,
  Standing: IconRosetteDiscountCheck,
  Override: IconUserExclamation,
}

export const purposesByType = {
  Guest: ['Family visit', 'Friend', 'Function', 'Business'],
  Invited: ['Family visit', 'Friend', 'Function', 'Business'],
  Unexpected: ['Friend', 'Sales', 'Survey', 'Viewing a flat'],
  Delivery: ['Parcel', 'Food', 'Grocery', 'Medicine'],
  Cab: ['Pick up', 'Drop'],
  DailyHelp: ['Cleaning', 'Cooking', 'Child care', 'Driving'],
  Service: ['Electrician', 'Plumber', 'Carpenter', 'Internet'],
  Other: ['Shifting', 'Viewing a flat', 'Survey'],
} as const satisfies Record<EntryType, readonly string[]>

/** No chips of their own, but often written elsewhere. */
const furtherPurposes = ['Courier', 'Groceries', 'AC service', 'Gas'] as const

export type Purpose = (typeof purposesByType)[EntryType][number] | (typeof furtherPurposes)[number]

export const knownPurposes: readonly Purpose[] = [...Object.values(purposesByType).flat(), ...furtherPurposes]
export const isKnownPurpose = (purpose: string): purpose is Purpose =>
  knownPurposes.some((known) => known === purpose)

/** Stored in these English words, like purposes, and shown in the guard's language. */
export const usualReasons = ['Supervisor allowed it', 'Emergency', 'Nobody answers', 'Known to me'] as const
export type UsualReason = (typeof usualReasons)[number]
export const isUsualReason = (reason: string): reason is UsualReason =>
  usualReasons.some((usual) => usual === reason)
