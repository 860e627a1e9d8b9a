/**
 * What a list asks for, read from the address. Names are looked up among the collection's own, values are judged by
 * their field's schema: nothing of the text reaches MongoDB but as a value of the field's type.
 */
import { checkAgainst } from '@chowki/shared/projections/validate.ts'
import type { TSchema } from 'typebox'
import type { RecordPageQuery } from '../records/records.ts'
import { chooseOrder } from './choose-order.ts'
import { refuse } from './problems.ts'
import type { ResourceField, Resource } from './resource.ts'

export type ListCondition = RecordPageQuery['conditions'][number]
type Value = string | number | boolean

export interface ListQuery {
  readonly conditions: readonly ListCondition[]
  readonly sort: RecordPageQuery['sort']
  readonly limit: number
  readonly cursor?: string
  /** Of the answer; without it all. */
  readonly fields?: readonly string[]
  readonly include: readonly string[]
}

export const operators = ['eq', 'in', 'gt', 'gte', 'lt', 'lte', 'exists'] as const
export type Operator = (typeof operators)[number]

export const limitDefault = 50
export const limitMax = 200
/** More values would be more scans of the index than MongoDB keeps in order. */
export const valuesMax = 50

const filterName = /^filter\[([A-Za-z0-9_]{1,64})\]\[([a-z]{1,8})\]$/
const ownParameters = ['limit', 'cursor', 'sort', 'fields', 'include']

export function readListQuery(resource: Resource, query: Readonly<Record<string, unknown>>): ListQuery {
  const conditions: ListCondition[] = []
  const own: Record<string, string> = {}
  for (const [name, text] of Object.entries(query)) {
    const filter = filterName.exec(name)
    if (!filter && !ownParameters.includes(name)) throw unknownParameter()
    // Twice in the address is a list here.
    if (typeof text !== 'string')
      throw refuse('query_invalid', { field: nameOf(resource, name), detail: 'It is given twice.' })
    if (filter) conditions.push(readCondition(resource, filter[1] ?? '', filter[2] ?? '', text))
    else own[name] = text
  }
  return {
    conditions,
    sort: chooseOrder(resource, conditions, own['sort']),
    limit: readLimit(own['limit']),
    include: readNames(own['include'], 'include', (name) => resource.references.has(name)),
    ...(own['cursor'] === undefined ? {} : { cursor: own['cursor'] }),
    ...(own['fields'] === undefined
      ? {}
      : { fields: readNames(own['fields'], 'fields', (name) => resource.fields.has(name)) }),
  }
}

const unknownParameter = () =>
  refuse('query_invalid', {
    field: 'query',
    detail: 'The address has a parameter that lists do not take.',
    allowed: [...ownParameters, 'filter[<field>][<operator>]'],
  })

/** What was sent is repeated only where it is a name of ours. */
function nameOf(resource: Resource, name: string): string {
  const field = filterName.exec(name)?.[1]
  if (field === undefined) return name
  return resource.fields.has(field) ? `filter[${field}]` : 'filter'
}

function readLimit(text: string | undefined): number {
  if (text === undefined) return limitDefault
  const limit = /^[0-9]{1,3}$/.test(text) ? Number(text) : 0
  if (limit >= 1 && limit <= limitMax) return limit
  throw refuse('query_invalid', { field: 'limit', detail: `It is a whole number from 1 to ${limitMax}.` })
}

/** Of `fields` and `include`: names with commas between. */
export function readNames(
  text: string | undefined,
  parameter: string,
  isKnown: (name: string) => boolean,
): string[] {
  if (text === undefined) return []
  const names = text.split(',')
  if (names.length <= 100 && names.every(isKnown)) return [...new Set(names)]
  throw refuse('query_invalid', {
    field: parameter,
    detail: 'It names a field that cannot be asked for here.',
  })
}

function readCondition(resource: Resource, name: string, operator: string, text: string): ListCondition {
  const field = resource.fields.get(name)
  if (!field) {
    throw refuse('filter_refused', {
      field: 'filter',
      detail: `A filter names a field that ${resource.name} do not have.`,
      allowed: filterLines(resource),
    })
  }
  const takes = operatorsOf(field, resource.required.has(name))
  if (!takes.includes(operator as Operator)) {
    const detail = `This field is filtered by: ${takes.join(', ')}.`
    throw refuse('filter_refused', { field: `filter[${name}]`, detail, allowed: filterLines(resource) })
  }
  switch (operator as Operator) {
    case 'exists':
      return { field: name, operator: 'exists', value: readFlag(name, text) }
    case 'eq':
      return { field: name, operator: 'in', values: [readValue(name, field, text)] }
    case 'in':
      return { field: name, operator: 'in', values: readValues(name, field, text) }
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return { field: name, operator: operator as 'gt', value: readValue(name, field, text) }
  }
}

/** Each index as a line: its fields may be filtered by from the left. */
export const filterLines = ({ indexes }: Resource): string[] => [
  ...new Set(indexes.map(({ fields }) => fields.join(', '))),
]

/** Empty where a field cannot be filtered by at all. */
export function operatorsOf(field: ResourceField, isRequired: boolean): readonly Operator[] {
  const exists: readonly Operator[] = isRequired ? [] : ['exists']
  const one = field.items ?? field
  if (one.type === 'object' || one.type === 'array') return exists
  if (one.type === 'boolean') return ['eq', ...exists]
  const isOrdered = !field.items && one.bson !== 'objectId' && one.enum === undefined
  return ['eq', 'in', ...(isOrdered ? (['gt', 'gte', 'lt', 'lte'] as const) : []), ...exists]
}

function readValues(name: string, field: ResourceField, text: string): Value[] {
  const parts = text.split(',')
  if (parts.length <= valuesMax) return parts.map((part) => readValue(name, field, part))
  throw refuse('query_invalid', { field: `filter[${name}]`, detail: `It takes ${valuesMax} values at most.` })
}

function readValue(name: string, field: ResourceField, text: string): Value {
  const one = field.items ?? field
  if (one.type === 'boolean') return readFlag(name, text)
  const isNumber = one.type === 'integer' || one.type === 'number'
  const value = isNumber && /^-?[0-9]{1,16}(\.[0-9]{1,6})?$/.test(text) ? Number(text) : text
  const judged = checkAgainst(one as unknown as TSchema, value)
  if (judged.ok) return value
  throw refuse('query_invalid', { field: `filter[${name}]`, detail: `Its value ${judged.error.message}.` })
}

function readFlag(name: string, text: string): boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  throw refuse('query_invalid', { field: `filter[${name}]`, detail: 'It is true or false.' })
}
