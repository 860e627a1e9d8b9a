import type english from '../../../i18n/en.json'

type RecordKey = keyof typeof english.collections
type FieldKey = keyof typeof english.fields

const records: readonly string[] = ['visitors', 'visitorEntries', 'patrolLogs'] satisfies readonly RecordKey[]
const fields: readonly string[] = [
  'name',
  'phone',
  'vehicleDetails',
  'purpose',
  'notes',
  'flatIds',
  'flatId',
  'entryPhoto',
  'entryDateTime',
  'exitDateTime',
  'temperature',
] satisfies readonly FieldKey[]

export const recordKeyOf = (collection: string): RecordKey =>
  records.includes(collection) ? (collection as RecordKey) : 'other'

/** The last named part of a path such as `rows/3/newDocumentState/vehicleDetails/number` that a guard has a word for. */
export const fieldKeyOf = (path: string): FieldKey =>
  (path.split('/').findLast((part) => fields.includes(part)) as FieldKey | undefined) ?? 'other'
