import { comparePlaces, compareValues } from '../pages.ts'
import type { Condition, PageQuery } from '../pages.ts'
import type { StoredDocument } from '../storage.ts'

/** `documents`: all of a partition's collection. */
export function pageDocuments(documents: Iterable<StoredDocument>, query: PageQuery): StoredDocument[] {
  const { conditions, sort, after, limit, only } = query
  const order = comparePlaces(sort)
  const place = after && placeholder(sort.field, after.value, after.id)
  const page = [...documents]
    .filter((stored) => !stored.deleted && conditions.every((condition) => meets(stored, condition)))
    .filter((stored) => !place || order(stored, place) > 0)
    .toSorted(order)
    .slice(0, limit)
  return structuredClone(only ? page.map((stored) => pick(stored, ['_id', ...only])) : page)
}

const placeholder = (field: string, value: unknown, id: string): StoredDocument => ({
  id,
  seq: 0,
  deleted: false,
  document: { _id: id, [field]: value },
})

function meets({ document }: StoredDocument, condition: Condition): boolean {
  const value = document[condition.field]
  if (condition.operator === 'exists') return (value !== undefined) === condition.value
  return [value].flat().some((one) => one !== undefined && meetsOne(one, condition))
}

function meetsOne(value: unknown, condition: Exclude<Condition, { operator: 'exists' }>): boolean {
  if (condition.operator === 'in') return condition.values.includes(value as string)
  if (typeof value !== typeof condition.value) return false
  const order = compareValues(value, condition.value)
  switch (condition.operator) {
    case 'gt':
      return order > 0
    case 'gte':
      return order >= 0
    case 'lt':
      return order < 0
    case 'lte':
      return order <= 0
  }
}

function pick(stored: StoredDocument, names: readonly string[]): StoredDocument {
  const kept = Object.entries(stored.document).filter(([name]) => names.includes(name))
  return { ...stored, document: { _id: stored.id, ...Object.fromEntries(kept) } }
}
