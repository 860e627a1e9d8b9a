/**
 * Validation without evaluated code, so that the same function runs on the kiosk under its
 * Content-Security-Policy. An error names the field and the rule, never the value: it may be personal.
 */
import Type from 'typebox'
import type { TObject, TSchema } from 'typebox'
import { Check, Errors } from 'typebox/value'
import type { CollectionDefinition } from '../collections/define-collection.ts'
import { err, ok } from '../errors/result.ts'
import type { Result } from '../errors/result.ts'

export interface Misfit {
  /** Path with slashes, e.g. `vehicleDetails/number`; empty for the value itself. */
  readonly field: string
  readonly message: string
}

export type Validity = Result<true, Misfit>
type SchemaError = ReturnType<typeof Errors>[number]

const replicatedSchemas = new WeakMap<TObject, TObject>()

/** The wire form of a row on its way: the collection's fields and, if present, `_deleted`. */
export function validateDocument(definition: CollectionDefinition, document: unknown): Validity {
  return checkAgainst(replicatedSchema(definition), document)
}

export function replicatedSchema(definition: CollectionDefinition): TObject {
  const known = replicatedSchemas.get(definition.schema)
  if (known) return known
  const made = Type.Object(
    { ...definition.schema.properties, _deleted: Type.Optional(Type.Boolean()) },
    { additionalProperties: false },
  )
  replicatedSchemas.set(definition.schema, made)
  return made
}

export function checkAgainst(schema: TSchema, value: unknown): Validity {
  return checkerOf(schema)(value) ? ok(true) : err(describeMisfit(schema, value))
}

const checkers = new WeakMap<TSchema, Checker>()

function checkerOf(schema: TSchema): Checker {
  const known = checkers.get(schema)
  if (known) return known
  const made = createClosedChecker(schema) ?? ((value: unknown) => Check(schema, value))
  checkers.set(schema, made)
  return made
}

export function describeMisfit(schema: TSchema, value: unknown): Misfit {
  const [first] = Errors(schema, value)
  if (!first) return { field: '', message: 'does not fit its schema' }
  const path = first.instancePath.slice(1)
  const named = first.keyword === 'required' ? join(path, first.params.requiredProperties[0] ?? '') : path
  return { field: withoutForeignWords(named), message: words(first) }
}

const join = (path: string, name: string) => (path === '' ? name : `${path}/${name}`)

/** A sender's own key may itself be personal (a phone's digits), or hostile: only plain names are repeated. */
const withoutForeignWords = (path: string) =>
  path === ''
    ? ''
    : path
        .split('/')
        .map((name) => (isPlainName(name) ? name : '?'))
        .join('/')
        .slice(0, 200)

/** Five digits in a row are no field and no index, but part of a phone, a pass or an id. */
const isPlainName = (name: string) => /^[A-Za-z0-9_]{1,64}$/.test(name) && !/[0-9]{5}/.test(name)

function words(error: SchemaError): string {
  switch (error.keyword) {
    case 'required':
      return 'is missing'
    case 'boolean':
    case 'additionalProperties':
      return 'is not a known field'
    case 'type':
      return `must be of type ${[error.params.type].flat().join(' or ')}`
    case 'enum':
      return `must be one of: ${error.params.allowedValues.map(String).join(', ')}`
    case 'pattern':
      return 'has characters or a form that is not allowed'
    case 'minimum':
    case 'maximum':
      return `must be ${error.params.comparison} ${String(error.params.limit)}`
    case 'minLength':
    case 'minItems':
      return `must have at least ${String(error.params.limit)}`
    case 'maxLength':
    case 'maxItems':
      return `must have at most ${String(error.params.limit)}`
    case 'multipleOf':
      return 'must be a whole number'
    default:
      return 'does not fit its schema'
  }
}

/**
 * The schema library's interpreter walks the schema anew for every value: 30,000 visits a second on an idle
 * machine, too few where a server takes a week's backlog while it serves the gates. Its compiler evaluates code,
 * which the kiosk's Content-Security-Policy forbids. So closures are built once for the few keywords that
 * `fields.ts` makes; a schema with any other keyword gets null and is left to the library, and a property test
 * holds both to the same answers.
 */
export type Checker = (value: unknown) => boolean
type Keywords = Readonly<Record<string, unknown>>

const knownKeywords = new Set([
  'type',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'multipleOf',
  'pattern',
  'enum',
  'bson',
  'personal',
  'secret',
])

/** Null where the schema is not one of ours. */
export function createClosedChecker(schema: TSchema): Checker | null {
  const keywords = schema as unknown as Keywords
  if (Object.keys(keywords).some((keyword) => !knownKeywords.has(keyword))) return null
  if (Object.keys(keywords).length === 0) return () => true
  switch (keywords.type) {
    case 'object':
      return objectChecker(keywords)
    case 'array':
      return arrayChecker(keywords)
    case 'string':
      return stringChecker(keywords)
    case 'integer':
      return [1, undefined].includes(keywords.multipleOf as 1 | undefined)
        ? numberChecker(keywords, Number.isInteger)
        : null
    case 'number':
      return keywords.multipleOf === undefined ? numberChecker(keywords, Number.isFinite) : null
    case 'boolean':
      return (value) => typeof value === 'boolean'
    default:
      return null
  }
}

function objectChecker({ properties, required = [], additionalProperties }: Keywords): Checker | null {
  if (typeof additionalProperties !== 'boolean' || typeof properties !== 'object' || properties === null)
    return null
  const byName = new Map<string, Checker>()
  for (const [name, property] of Object.entries(properties)) {
    const checker = createClosedChecker(property as TSchema)
    if (!checker) return null
    byName.set(name, checker)
  }
  const requiredNames = new Set(required as readonly string[])
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
    let found = 0
    for (const name of Object.keys(value)) {
      const checker = byName.get(name)
      if (!checker && !additionalProperties) return false
      if (!checker) continue
      const inner = (value as Keywords)[name]
      const isRequired = requiredNames.has(name)
      if (isRequired) found++
      if ((isRequired || inner !== undefined) && !checker(inner)) return false
    }
    return found === requiredNames.size
  }
}

function arrayChecker({
  items,
  minItems = 0,
  maxItems = Number.POSITIVE_INFINITY,
}: Keywords): Checker | null {
  const checker = createClosedChecker(items as TSchema)
  if (!checker) return null
  return (value) =>
    Array.isArray(value) &&
    value.length >= (minItems as number) &&
    value.length <= (maxItems as number) &&
    value.every(checker)
}

function stringChecker(keywords: Keywords): Checker {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY } = keywords as {
    minLength?: number
    maxLength?: number
  }
  const pattern = typeof keywords.pattern === 'string' ? new RegExp(keywords.pattern, 'u') : null
  const words = Array.isArray(keywords.enum) ? new Set<unknown>(keywords.enum) : null
  return (value) =>
    typeof value === 'string' &&
    (words === null || words.has(value)) &&
    hasLength(value, minLength, maxLength) &&
    (pattern === null || pattern.test(value))
}

/** In code points, as MongoDB and RxDB count; counted only where UTF-16 units leave it open. */
function hasLength(value: string, min: number, max: number): boolean {
  if (value.length < min || value.length > 2 * max) return false
  if (value.length >= 2 * min && value.length <= max) return true
  let points = 0
  for (const _point of value) points++
  return points >= min && points <= max
}

function numberChecker(keywords: Keywords, isOfKind: (value: unknown) => boolean): Checker {
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = keywords as {
    minimum?: number
    maximum?: number
  }
  return (value) => isOfKind(value) && (value as number) >= minimum && (value as number) <= maximum
}
