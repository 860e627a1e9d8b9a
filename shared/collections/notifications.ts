import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import { boolean, epochMs, lines, objectId, oneOf, optional, text } from './fields.ts'

export const notificationTypes = ['Info', 'Warning', 'Alert', 'Reminder'] as const
export type NotificationType = (typeof notificationTypes)[number]

export const notificationCategories = [
  'Visitor',
  'Maintenance',
  'Payment',
  'Booking',
  'Complaint',
  'Parcel',
  'Security',
  'Notice',
  'Other',
] as const
export type NotificationCategory = (typeof notificationCategories)[number]

export const relatedEntityTypes = [
  'VisitorEntry',
  'MaintenanceBill',
  'Booking',
  'Payment',
  'Complaint',
  'PreApproval',
  'Parcel',
  'Incident',
  'PatrolLog',
] as const
export type RelatedEntityType = (typeof relatedEntityTypes)[number]

export const notificationsCollection = defineCollection({
  name: 'notifications',
  version: 0,
  fields: {
    userId: objectId(),
    title: text(160, { minLength: 1 }),
    message: lines(2000, { personal: true }),
    type: oneOf(notificationTypes),
    category: oneOf(notificationCategories),
    relatedEntityId: optional(objectId()),
    relatedEntityType: optional(oneOf(relatedEntityTypes)),
    isRead: boolean(),
    readAt: optional(epochMs()),
  },
  mongoIndexes: [
    { keys: { societyId: 1, userId: 1, isRead: 1 } },
    { keys: { societyId: 1, userId: 1, createdAt: -1 } },
    { keys: { societyId: 1, relatedEntityId: 1 }, onlyWith: 'relatedEntityId' },
  ],
})
export type Notification = DocumentOf<typeof notificationsCollection>
