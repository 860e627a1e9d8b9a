/**
 * Builders for the fields of a collection's wire form: ids are 24-hex strings, times epoch milliseconds,
 * money integer paise. Each builder carries what the projections need (`bson`, `personal`), and an
 * indexed field can only be made by a builder that RxDB can index.
 */
import Type from 'typebox'
import type { TSchema } from 'typebox'

/** Times outside 2000-01-01 .. 2100-01-01 are a broken clock, not a visit. */
export const epochMsMin = 946_684_800_000
export const epochMsMax = 4_102_444_800_000

/** Keywords of ours on a JSON schema; each projection drops or translates them. */
export interface FieldKeywords {
  /** How MongoDB stores the value; without it, as JSON gives it. `binary` is for server-only collections. */
  readonly bson?: 'objectId' | 'date' | 'binary'
  /** Personal data: encrypted at rest on the kiosk, masked for roles, never logged. */
  readonly personal?: true
  /** Proves or opens something: no person sees it, and none sets it by hand. */
  readonly secret?: true
}

export const objectId = () =>
  Type.String({ pattern: '^[0-9a-f]{24}$', minLength: 24, maxLength: 24, bson: 'objectId' } as const)

/** An id that the seed's model stores as text: a photo's, a device's. */
export const hexId = () => Type.String({ pattern: '^[0-9a-f]{24}$', minLength: 24, maxLength: 24 })

/** Hex SHA-256. */
export const sha256Hex = () => Type.String({ pattern: '^[0-9a-f]{64}$', minLength: 64, maxLength: 64 })

/**
 * One line in any script. Control characters break lists, prints and logs; a lone surrogate cannot be stored
 * as UTF-8. Unicode classes, because JavaScript and MongoDB's PCRE write single code points differently.
 */
export const linePattern = '^[^\\p{Cc}\\p{Cs}]*$'
/** Several lines: line feed and tab are text, other control characters are not. */
export const linesPattern = '^[^\\p{Cs}\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f]*$'

/** Text that may be indexed: RxDB needs the bound, in code points. */
export const text = (
  maxLength: number,
  options: { minLength?: number; personal?: true; secret?: true } = {},
) => Type.String({ maxLength, pattern: linePattern, ...options })

export const personalText = (maxLength: number, options: { minLength?: number } = {}) =>
  text(maxLength, { ...options, personal: true })

/** Notes, descriptions, comments. */
export const lines = (maxLength: number, options: { minLength?: number; personal?: true } = {}) =>
  Type.String({ maxLength, pattern: linesPattern, ...options })

export const personalLines = (maxLength: number) => lines(maxLength, { personal: true })

/** E.164-like digits with an optional plus; 4 to 15 digits, as intercom extensions are phones too. */
export const phone = () =>
  Type.String({ pattern: '^\\+?[0-9]{4,15}$', maxLength: 16, personal: true } as const)

export const email = () =>
  Type.String({
    pattern: '^[^\\s@\\p{Cc}\\p{Cs}]+@[^\\s@\\p{Cc}\\p{Cs}]+$',
    maxLength: 254,
    personal: true,
  } as const)

/** Six digits: typed at the gate, or read from a QR code. */
export const passCode = () => Type.String({ pattern: '^[0-9]{6}$', minLength: 6, maxLength: 6 })

export const epochMs = () =>
  Type.Integer({ minimum: epochMsMin, maximum: epochMsMax, multipleOf: 1, bson: 'date' } as const)

export const integer = (minimum: number, maximum: number) => Type.Integer({ minimum, maximum, multipleOf: 1 })

/** A measure that needs fractions; cannot be indexed. */
export const number = (minimum: number, maximum: number, options: { personal?: true } = {}) =>
  Type.Number({ minimum, maximum, ...options })

/** Stars given, 0 to 5; an average has fractions. */
export const rating = () => number(0, 5)

/** Integer paise; negative for a refund. At most ten crore rupees either way. */
export const paise = () => integer(-10_000_000_000, 10_000_000_000)

export const boolean = () => Type.Boolean()

/** Bytes; only in collections that stay on the server. */
export const binary = () => Type.Unsafe<Uint8Array>({ bson: 'binary' })

/** One list of words gives enum, union type and bound. */
export const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  Type.Unsafe<T[number]>({
    type: 'string',
    enum: [...values],
    maxLength: Math.max(...values.map((v) => v.length)),
  })

export const optional = <T extends TSchema>(schema: T) => Type.Optional(schema)
export const listOf = <T extends TSchema>(schema: T, maxItems: number, minItems = 0) =>
  Type.Array(schema, minItems > 0 ? { minItems, maxItems } : { maxItems })
export const object = <T extends Record<string, TSchema>>(fields: T) =>
  Type.Object(fields, { additionalProperties: false })
