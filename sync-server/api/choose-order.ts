/** Which index serves a list, and so in which orders it can be had. What no index serves is refused by name. */
import type { ListCondition } from './list-query.ts'
import { refuse } from './problems.ts'
import type { Resource, ResourceIndex } from './resource.ts'

export interface Order {
  readonly field: string
  readonly direction: 1 | -1
}

/** `sort`: as asked for, a field's name with `-` before it for downwards. Without it the index's own order. */
export function chooseOrder(
  resource: Resource,
  conditions: readonly ListCondition[],
  sort: string | undefined,
): Order {
  const wanted = sort === undefined ? undefined : readSort(resource, sort)
  let isFilterServed = false
  for (const index of resource.indexes) {
    const used = useOf(index, conditions)
    if (used === null) continue
    isFilterServed = true
    const orders = ordersOf(resource, index, used)
    const found = wanted ? orders.find(({ field }) => field === wanted.field) : orders[0]
    if (found) return wanted ?? found
  }
  if (isFilterServed && wanted)
    throw refused(resource, 'sort', `It cannot be sorted by ${wanted.field} with this filter.`)
  // A few rows of one value, or all of a collection that has one row in a society.
  if (isFilterServed || conditions.length === 0) return { field: '_id', direction: 1 }
  const names = [...new Set(conditions.map(({ field }) => field))]
  throw refused(
    resource,
    `filter[${names.at(-1) ?? ''}]`,
    `No index serves a filter by ${names.join(' and ')}.`,
  )
}

const refused = (resource: Resource, field: string, detail: string) =>
  refuse('filter_refused', {
    field,
    detail,
    allowed: [...new Set(resource.indexes.map(({ fields }) => fields.join(', ')))],
  })

function readSort(resource: Resource, text: string): Order {
  const field = text.replace(/^-/, '')
  if (resource.fields.has(field)) return { field, direction: text.startsWith('-') ? -1 : 1 }
  throw refused(resource, 'sort', `It names a field that ${resource.name} do not have.`)
}

/**
 * How many fields of the index are bound to values; null where a condition is left over. Behind those one field may have
 * a range.
 */
function useOf({ fields, onlyWith }: ResourceIndex, conditions: readonly ListCondition[]): number | null {
  const of = (field: string | undefined) => conditions.filter((condition) => condition.field === field)
  const isThere = ({ operator, ...rest }: ListCondition) =>
    operator !== 'exists' || ('value' in rest && rest.value === true)
  if (onlyWith !== undefined && !of(onlyWith).some(isThere)) return null
  let bound = 0
  while (of(fields[bound]).some(({ operator }) => operator === 'in')) bound += 1
  const served = new Set(fields.slice(0, bound + 1))
  return conditions.every(({ field }) => served.has(field)) ? bound : null
}

/** The field behind the bound ones gives the order. Where there is none, or it gives none, the last bound one does. */
function ordersOf(
  { fields: known, required }: Resource,
  { fields, directions }: ResourceIndex,
  bound: number,
): Order[] {
  return [bound, bound - 1].flatMap((at) => {
    const field = fields[at]
    if (field === undefined || !required.has(field) || known.get(field)?.items) return []
    return [{ field, direction: directions[at] ?? 1 }]
  })
}
