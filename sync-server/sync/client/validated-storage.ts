/**
 * RxDB's storage, refusing what does not fit its collection's schema; in place of `rxdb/plugins/validate-z-schema`,
 * which copies, compiles and judges the schema itself anew for every document (measured: 1.5 to 2 ms for a visit,
 * and the same once more for RxDB's note of its pushing). Here closures are made once for each schema. Nothing is
 * evaluated as code, and an error names the field and the rule, never the value, which may be personal.
 */
import { INTERNAL_STORE_SCHEMA_TITLE, META_INSTANCE_SCHEMA_TITLE, wrappedValidateStorageFactory } from 'rxdb'
import type { RxJsonSchema } from 'rxdb'
import type { TSchema } from 'typebox'
import { checkAgainst } from '@chowki/shared/projections/validate.ts'
import type { Misfit } from '@chowki/shared/projections/validate.ts'

type Document = Readonly<Record<string, unknown>>
type JudgedKeywords = 'type' | 'properties' | 'required' | 'additionalProperties'
type Schema = Pick<RxJsonSchema<Document>, JudgedKeywords> & { readonly title?: string }

/** Where RxDB keeps its notes: of the database, and of a replication, copies of documents that are judged where they lie. */
const titlesOfRxdb = new Set([INTERNAL_STORE_SCHEMA_TITLE, META_INSTANCE_SCHEMA_TITLE])
/** What RxDB itself adds to each document. */
const ownedByRxdb = ['_attachments', '_meta', '_rev']
const anything: object = {}

export const validatedStorage = wrappedValidateStorageFactory(createDocumentJudge, 'chowki')

/** What is wrong with a document of this schema: nothing, or the first thing. */
export function createDocumentJudge(schema: Schema): (document: Document) => Misfit[] {
  if (titlesOfRxdb.has(schema.title ?? '')) return () => []
  const judged = toJudged(schema)
  return (document) => {
    const field = pathOfUndefined(document)
    if (field !== undefined) return [{ field, message: 'is undefined: leave it out' }]
    const validity = checkAgainst(judged, document)
    return validity.ok ? [] : [validity.error]
  }
}

/** Without the keywords that tell RxDB how to keep a document. */
function toJudged({ type, properties, required, additionalProperties }: Schema): TSchema {
  const foreign = Object.fromEntries(ownedByRxdb.map((name) => [name, anything]))
  const judged = { type, properties: { ...properties, ...foreign }, required, additionalProperties }
  return judged as unknown as TSchema
}

/** An absent field and one that is undefined are the same on the wire, and not the same to a storage's index. */
function pathOfUndefined(value: object): string | undefined {
  for (const [name, inner] of Object.entries(value)) {
    if (inner === undefined) return name
    if (typeof inner !== 'object' || inner === null) continue
    const below = pathOfUndefined(inner)
    if (below !== undefined) return `${name}/${below}`
  }
  return undefined
}
