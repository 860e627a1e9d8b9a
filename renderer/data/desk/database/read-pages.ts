/**
 * A whole collection in pages along an indexed number, past RxDB's query and document caches: what is read once
 * to fill an index must not stay in memory as a hundred thousand documents. Between two pages the screen gets
 * its turn.
 */
import { normalizeMangoQuery, prepareQuery } from 'rxdb'
import type { MangoQuery, PreparedQuery, RxCollection, RxDocumentData } from 'rxdb'

export interface PageOptions<T> {
  readonly indexedBy: keyof T & string
  readonly pageSize: number
  /** At most so many documents. */
  readonly limit?: number
  readonly signal: AbortSignal
}

export async function readPages<T>(
  collection: RxCollection<T>,
  { indexedBy, pageSize, limit = Infinity, signal }: PageOptions<T>,
  onPage: (documents: readonly RxDocumentData<T>[]) => Promise<void> | void,
): Promise<void> {
  let from = 0
  let read = 0
  let asked = pageSize
  let atBoundary = new Set<string>()
  while (!signal.aborted && read < limit) {
    const page = await queryPage(collection, indexedBy, from, asked)
    if (signal.aborted) return
    const fresh = page.filter((document) => !atBoundary.has(idOf(document)))
    if (fresh.length > 0) {
      await onPage(fresh)
      read += fresh.length
      const last = Number(fresh.at(-1)?.[indexedBy])
      const sameKey = page.filter((document) => Number(document[indexedBy]) === last).map(idOf)
      atBoundary = new Set(last === from ? [...atBoundary, ...sameKey] : sameKey)
      from = last
    }
    if (page.length < asked) return
    // More rows with one key than fit a page: the page grows until it gets past them.
    asked = fresh.length === 0 ? asked * 2 : pageSize
    await nextTurn()
  }
}

async function queryPage<T>(
  collection: RxCollection<T>,
  indexedBy: string,
  from: number,
  limit: number,
): Promise<RxDocumentData<T>[]> {
  return (await collection.storageInstance.query(preparePage(collection, indexedBy, from, limit))).documents
}

export function preparePage<T>(
  collection: RxCollection<T>,
  indexedBy: string,
  from: number,
  limit: number,
): PreparedQuery<T> {
  const { jsonSchema } = collection.schema
  const query = {
    // Each of RxDB's indexes begins with `_deleted`: a query without it would read, and sort, everything.
    selector: { _deleted: { $eq: false }, [indexedBy]: { $gte: from } },
    index: ['_deleted', indexedBy],
    sort: [{ [indexedBy]: 'asc' }],
    limit,
  } as unknown as MangoQuery<T>
  return prepareQuery(jsonSchema, normalizeMangoQuery(jsonSchema, query))
}

const idOf = (document: unknown): string => String((document as { readonly _id: unknown })._id)

/** A whole turn of the event loop, so that taps and paints come between. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))
