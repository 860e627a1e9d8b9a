import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import { epochMs, lines, listOf, object, objectId, oneOf, optional, text } from './fields.ts'

export const complaintCategories = [
  'Plumbing',
  'Electrical',
  'Civil',
  'Security',
  'Housekeeping',
  'Parking',
  'Noise',
  'Lift',
  'Other',
] as const
export type ComplaintCategory = (typeof complaintCategories)[number]

export const complaintPriorities = ['Low', 'Medium', 'High', 'Critical'] as const
export type ComplaintPriority = (typeof complaintPriorities)[number]

export const complaintStatuses = ['Open', 'Assigned', 'InProgress', 'Resolved', 'Closed'] as const
export type ComplaintStatus = (typeof complaintStatuses)[number]

export const complaintsCollection = defineCollection({
  name: 'complaints',
  version: 0,
  fields: {
    residentId: objectId(),
    flatId: objectId(),
    title: text(160, { minLength: 1 }),
    description: lines(4000),
    category: oneOf(complaintCategories),
    priority: oneOf(complaintPriorities),
    status: oneOf(complaintStatuses),
    /** Staff or vendor. */
    assignedTo: optional(objectId()),
    /** Ids of photos, or addresses. */
    images: optional(listOf(text(2048, { minLength: 1 }), 20)),
    comments: optional(
      listOf(object({ userId: objectId(), text: lines(2000, { minLength: 1 }), timestamp: epochMs() }), 500),
    ),
    resolvedAt: optional(epochMs()),
    resolvedBy: optional(objectId()),
  },
  mongoIndexes: [
    { keys: { societyId: 1, status: 1, priority: 1 } },
    { keys: { societyId: 1, residentId: 1, createdAt: -1 } },
    { keys: { societyId: 1, flatId: 1, createdAt: -1 } },
    { keys: { societyId: 1, assignedTo: 1, status: 1 }, onlyWith: 'assignedTo' },
  ],
})
export type Complaint = DocumentOf<typeof complaintsCollection>
