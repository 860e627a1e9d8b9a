/**
 * Reading a partition in pages, in the order of one field and, where rows have the same value, of their ids. A page
 * begins after a row and not after a count, so that rows which come and go meanwhile neither repeat nor hide others.
 */
import type { StoredDocument } from './storage.ts'

export type PageValue = string | number | boolean

/** The caller sees to an index, and to values of the field's own type. */
export type Condition =
  | { readonly field: string; readonly operator: 'in'; readonly values: readonly PageValue[] }
  | { readonly field: string; readonly operator: RangeOperator; readonly value: PageValue }
  | { readonly field: string; readonly operator: 'exists'; readonly value: boolean }

export type RangeOperator = 'gt' | 'gte' | 'lt' | 'lte'

export interface PageQuery {
  /** All of them; a list in a row meets a condition by one of its elements. */
  readonly conditions: readonly Condition[]
  /** Every row has this field, and it is no list. Ids ascend either way. */
  readonly sort: { readonly field: string; readonly direction: 1 | -1 }
  /** The row that the page before ended with. */
  readonly after?: PagePlace
  readonly limit: number
  /** Fields that are wanted, beside `_id`; without it all. */
  readonly only?: readonly string[]
}

export interface PagePlace {
  readonly value: PageValue
  readonly id: string
}

/** The order within a page. Ids are compared as text: lower-case hex, so the same as MongoDB's order of ObjectIds. */
export const comparePlaces =
  ({ field, direction }: PageQuery['sort']) =>
  (a: StoredDocument, b: StoredDocument): number =>
    direction * compareValues(a.document[field], b.document[field]) || compareValues(a.id, b.id)

export function compareValues(a: unknown, b: unknown): number {
  return a === b ? 0 : (a as PageValue) < (b as PageValue) ? -1 : 1
}
