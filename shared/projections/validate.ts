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
import { createClosedChecker } from './closed-checker.ts'
import type { Checker } from './closed-checker.ts'

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
