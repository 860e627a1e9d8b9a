/** A collection as RxDB wants it: no keywords of ours, no withheld field, the kiosk's own local fields added. */
import type { KioskCollectionDefinition } from '../collections/registry.ts'

/** The keywords that RxDB and its validator take; everything else is ours and is dropped. */
const rxdbKeywords = [
  'type',
  'required',
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'multipleOf',
  'pattern',
  'enum',
  'additionalProperties',
] as const

export type RxdbFieldType = 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object'

export interface RxdbField {
  type: RxdbFieldType
  properties?: Record<string, RxdbField>
  items?: RxdbField
  required?: string[]
  enum?: string[]
  minItems?: number
  maxItems?: number
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  multipleOf?: number
  pattern?: string
  additionalProperties?: boolean
}

export interface RxdbSchema {
  title: string
  version: number
  primaryKey: '_id'
  type: 'object'
  properties: Record<string, RxdbField>
  required: string[]
  indexes: string[][]
  encrypted?: string[]
  additionalProperties: false
}

/** Fields that exist on the kiosk only; the push modifier strips them, the pull modifier adds them. */
export interface LocalFields {
  readonly fields: Readonly<Record<string, { readonly type: 'string'; readonly maxLength: number }>>
  readonly indexes?: readonly (readonly string[])[]
}

export function toRxdbSchema(
  definition: KioskCollectionDefinition,
  local: LocalFields = { fields: {} },
): RxdbSchema {
  const { kiosk, schema } = definition
  const held = ([name]: [string, unknown]) => !kiosk.withheld.includes(name)
  const wireFields = Object.fromEntries(Object.entries(schema.properties).filter(held))
  const encrypted = kiosk.encrypted.filter((name) => !kiosk.withheld.includes(name))
  return {
    title: definition.name,
    version: definition.version,
    primaryKey: '_id',
    type: 'object',
    properties: { ...mapValues(wireFields, toRxdbField), ...mapValues(local.fields, toRxdbField) },
    required: [
      ...(schema.required as string[]).filter((name) => name in wireFields),
      ...Object.keys(local.fields),
    ],
    indexes: [...kiosk.indexes, ...(local.indexes ?? [])].map((index) => [...index]),
    ...(encrypted.length > 0 ? { encrypted } : {}),
    additionalProperties: false,
  }
}

function toRxdbField(field: object): RxdbField {
  const source = field as Readonly<Record<string, unknown>>
  const kept = rxdbKeywords.filter((keyword) => source[keyword] !== undefined)
  const projected: Record<string, unknown> = Object.fromEntries(
    kept.map((keyword) => [keyword, structuredCopy(source[keyword])]),
  )
  if (source.properties) projected.properties = mapValues(source.properties, toRxdbField)
  if (source.items) projected.items = toRxdbField(source.items)
  return projected as unknown as RxdbField
}

const structuredCopy = (value: unknown): unknown => (Array.isArray(value) ? [...(value as unknown[])] : value)

const mapValues = <T>(record: object, change: (value: object) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value as object)]))
