/**
 * Between the wire form of a document (hex ids, epoch milliseconds) and the BSON that MongoDB keeps (ObjectId,
 * Date). Built once for each collection, so that a document is converted in one pass over its fields.
 */
import { ObjectId } from 'mongodb'
import type { BsonPath } from '@chowki/shared/projections/bson-paths.ts'
import type { WireDocument } from '@chowki/shared/protocol/messages.ts'

export interface DocumentCodec {
  toBson(document: Readonly<Record<string, unknown>>): Record<string, unknown>
  /** Leaves out what is stored beside the fields: `_seq` and `_deleted`. */
  toWire(stored: Readonly<Record<string, unknown>>): WireDocument
  /** One top-level value, for a query; undefined where no stored document can have it. */
  valueToBson(field: string, value: string): unknown
}

type Convert = (value: unknown) => unknown
type Direction = 'toBson' | 'toWire'

interface Leaf {
  readonly toBson: Convert
  readonly toWire: Convert
}

const hexObjectId = /^[0-9a-f]{24}$/

const leaves: Readonly<Record<string, Leaf>> = {
  objectId: {
    toBson: (value) =>
      typeof value === 'string' && hexObjectId.test(value) ? ObjectId.createFromHexString(value) : value,
    toWire: (value) => (value instanceof ObjectId ? value.toHexString() : value),
  },
  date: {
    toBson: (value) => (typeof value === 'number' ? new Date(value) : value),
    toWire: (value) => (value instanceof Date ? value.getTime() : value),
  },
}

export function createDocumentCodec(paths: readonly BsonPath[]): DocumentCodec {
  const known = paths.filter(({ bson }) => bson in leaves)
  const toBson = fieldConverters(known, 'toBson')
  const toWire = fieldConverters(known, 'toWire')

  return {
    toBson: (document) => convertFields(document, toBson),
    toWire(stored) {
      const document = convertFields(stored, toWire, isBesideTheFields)
      return document as WireDocument
    },
    valueToBson(field, value) {
      const isId = known.some(
        ({ path, bson }) => path.length === 1 && path[0] === field && bson === 'objectId',
      )
      if (!isId) return value
      return hexObjectId.test(value) ? ObjectId.createFromHexString(value) : undefined
    },
  }
}

const isBesideTheFields = (field: string) => field === '_seq' || field === '_deleted'

function convertFields(
  source: Readonly<Record<string, unknown>>,
  converters: ReadonlyMap<string, Convert>,
  leaveOut: (field: string) => boolean = () => false,
): Record<string, unknown> {
  const converted: Record<string, unknown> = {}
  for (const field of Object.keys(source)) {
    if (leaveOut(field)) continue
    const convert = converters.get(field)
    converted[field] = convert ? convert(source[field]) : source[field]
  }
  return converted
}

function fieldConverters(paths: readonly BsonPath[], direction: Direction): ReadonlyMap<string, Convert> {
  const converters = new Map<string, Convert>()
  for (const [field, below] of Map.groupBy(paths, ({ path }) => path[0] ?? '')) {
    const inner = below.map(({ path, bson }) => ({ path: path.slice(1), bson }))
    converters.set(field, toConverter(inner, direction))
  }
  return converters
}

/** `paths` are relative to the value that the converter gets. */
function toConverter(paths: readonly BsonPath[], direction: Direction): Convert {
  const here = paths.find(({ path }) => path.length === 0)
  const leaf = here && leaves[here.bson]
  if (leaf) return leaf[direction]
  const inLists = paths.filter(({ path }) => path[0] === '[]')
  if (inLists.length > 0) {
    const convertItem = toConverter(
      inLists.map(({ path, bson }) => ({ path: path.slice(1), bson })),
      direction,
    )
    return (value) => (Array.isArray(value) ? value.map(convertItem) : value)
  }
  const converters = fieldConverters(paths, direction)
  return (value) => (isPlainObject(value) ? convertFields(value, converters) : value)
}

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
