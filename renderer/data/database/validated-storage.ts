/**
 * Every document is judged before it is written, whoever writes it. RxDB's validator that evaluates no code walks
 * the schema anew for each document, which took a third of a guard's save and most of a pull. So the closures that
 * the server judges with go first, and RxDB's validator has the last word on whatever they do not pass.
 */
import type { RxJsonSchema, RxStorage } from 'rxdb'
import { wrappedValidateStorageFactory } from 'rxdb'
import { getValidator } from 'rxdb/plugins/validate-z-schema'
import type { TSchema } from 'typebox'
import { createClosedChecker } from '@chowki/shared/projections/closed-checker.ts'
import type { Checker } from '@chowki/shared/projections/closed-checker.ts'

type Fields = Readonly<Record<string, unknown>>

const validated = wrappedValidateStorageFactory((schema) => {
  const judge = getValidator(schema)
  const passes = contentChecker(schema)
  return passes === null ? judge : (document: Fields) => (passes(document) ? [] : judge(document))
}, 'closed-z-schema')

export function validatedStorage<Internals, Options>(
  storage: RxStorage<Internals, Options>,
): RxStorage<Internals, Options> {
  const judging = validated({ storage })
  return {
    ...judging,
    // Replication's records repeat, field by field, documents that have been judged already.
    createStorageInstance: (params) =>
      (isReplicationRecord(params.collectionName) ? storage : judging).createStorageInstance(params),
  }
}

const isReplicationRecord = (collection: string): boolean => collection.startsWith('rx-replication-meta-')

/** Null where the closures do not know all words of the schema. */
export function contentChecker(
  schema: Pick<RxJsonSchema<never>, 'required'> & { readonly properties: object },
): Checker | null {
  const properties = { ...(schema.properties as Fields) }
  for (const name of Object.keys(technicalFields)) delete properties[name]
  const checker = createClosedChecker({
    type: 'object',
    properties,
    required: (schema.required ?? []).map(String).filter((name) => !(name in technicalFields)),
    additionalProperties: false,
  } as unknown as TSchema)
  if (checker === null) return null
  return (document) => {
    const { _rev, _deleted, _meta, _attachments, ...content } = document as Fields
    const technical: Fields = { _rev, _deleted, _meta, _attachments }
    return Object.entries(technicalFields).every(([name, fits]) => fits(technical[name])) && checker(content)
  }
}

/** RxDB's own, in the form in which it writes them. */
const technicalFields: Readonly<Record<string, Checker>> = {
  _rev: (value) => typeof value === 'string' && value !== '',
  _deleted: (value) => typeof value === 'boolean',
  _meta: (value) => typeof value === 'object' && value !== null && isTime((value as Fields)['lwt']),
  _attachments: (value) => typeof value === 'object' && value !== null && Object.keys(value).length === 0,
}

const isTime = (value: unknown): boolean =>
  typeof value === 'number' && value >= 1 && value <= 1_000_000_000_000_000
