/** Valid documents of any collection, generated from its schema. For tests only. */
import fc from 'fast-check'
import type { CollectionDefinition } from '../collections/define-collection.ts'
import { logEventPattern } from '../ipc/channels.ts'
import { linePattern, linesPattern } from '../collections/fields.ts'

type Schema = Readonly<Record<string, unknown>>
type Sample = Record<string, unknown>

const hex = '0123456789abcdef'
const digits = '0123456789'

/** Scripts, emoji with joiners, right-to-left marks, combining marks. */
const scripts = [
  'Asha',
  'रमेश',
  'কৃষ্ণ',
  'செல்வம்',
  'ਗੁਰਪ੍ਰੀਤ',
  'محمد',
  '陈伟',
  'Zoë',
  '👨‍👩‍👧',
  '\u200fעברית',
  "O'Neil-D’Souza",
]

export const sampleDocument = (definition: CollectionDefinition): fc.Arbitrary<Sample> =>
  sampleOf(definition.schema as unknown as Schema) as fc.Arbitrary<Sample>

/** Values of any schema that a collection or a message of the protocol is made of. */
export function sampleOf(schema: Schema): fc.Arbitrary<unknown> {
  if (Array.isArray(schema.anyOf)) return fc.oneof(...(schema.anyOf as Schema[]).map(sampleOf))
  if (schema.type === undefined && schema.bson === undefined) return fc.jsonValue({ maxDepth: 2 })
  if (Object.hasOwn(schema, 'const')) return fc.constant(schema.const)
  if (Array.isArray(schema.enum)) return fc.constantFrom(...(schema.enum as unknown[]))
  if (schema.bson === 'binary') return fc.uint8Array({ minLength: 1, maxLength: 64 })
  switch (schema.type) {
    case 'string':
      return sampleString(schema)
    case 'integer':
      return fc.integer(boundsOf(schema))
    case 'number':
      return fc
        .double({ ...boundsOf(schema), noNaN: true, noDefaultInfinity: true })
        .map((value) => value + 0)
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return fc.array(sampleOf(schema.items as Schema), {
        minLength: (schema.minItems as number | undefined) ?? 0,
        maxLength: Math.min((schema.maxItems as number | undefined) ?? 4, 4),
      })
    case 'object':
      return sampleObject(schema)
    default:
      throw new Error(`No sample for the type ${String(schema.type)}`)
  }
}

function boundsOf({ minimum, maximum }: Schema): { min?: number; max?: number } {
  const min = typeof minimum === 'number' ? { min: minimum } : {}
  return typeof maximum === 'number' ? { ...min, max: maximum } : min
}

function sampleObject(schema: Schema): fc.Arbitrary<Sample> {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Schema>)
  const samples = Object.fromEntries(properties.map(([name, property]) => [name, sampleOf(property)]))
  return fc
    .record(samples, { requiredKeys: (schema.required as string[] | undefined) ?? [], noNullPrototype: true })
    .map((sample) => ({ ...sample }))
}

function sampleString(schema: Schema): fc.Arbitrary<string> {
  const minLength = (schema.minLength as number | undefined) ?? 0
  const maxLength = Math.min((schema.maxLength as number | undefined) ?? 300, 300)
  switch (schema.pattern) {
    case '^[0-9a-f]{24}$':
      return fc.string({ unit: fc.constantFrom(...hex), minLength: 24, maxLength: 24 })
    case '^[0-9a-f]{64}$':
      return fc.string({ unit: fc.constantFrom(...hex), minLength: 64, maxLength: 64 })
    case '^[A-Za-z0-9_-]{43}$':
      return fc.string({ unit: fc.constantFrom(...hex), minLength: 43, maxLength: 43 })
    case '^https?://[^/?#]+$':
      return fc.constantFrom('http://127.0.0.1:4700', 'https://gate.example.in')
    case '^[0-9]{6}$':
      return fc.string({ unit: fc.constantFrom(...digits), minLength: 6, maxLength: 6 })
    case '^\\+?[0-9]{4,15}$':
      return fc
        .string({ unit: fc.constantFrom(...digits), minLength: 10, maxLength: 10 })
        .map((rest) => `+91${rest}`)
    case '^[0-9A-Za-z]{1,4}$':
      return fc.string({ unit: fc.constantFrom(...digits), minLength: 4, maxLength: 4 })
    case '^[A-Za-z]+\\.[A-Za-z]+$':
      return fc.constantFrom('photo.viewed', 'device.revoked')
    case logEventPattern:
      return fc.constantFrom('storage.write', 'photos.send')
    case '^[A-Za-z_]+$':
      return fc.constantFrom('offline', 'not_found', 'visitorEntries')
    case linePattern:
    case linesPattern:
      return sampleText(new RegExp(schema.pattern, 'u'), minLength, maxLength)
    case undefined:
      return sampleText(/^[^\p{Cs}]*$/u, minLength, maxLength)
    default:
      return fc.constant('someone@example.in')
  }
}

function sampleText(pattern: RegExp, minLength: number, maxLength: number): fc.Arbitrary<string> {
  const anyText = fc.string({ unit: 'binary', minLength, maxLength })
  return fc
    .oneof(fc.constantFrom(...scripts), anyText)
    .map((text) => Array.from(text).slice(0, maxLength).join(''))
    .filter((text) => pattern.test(text) && Array.from(text).length >= minLength)
}
