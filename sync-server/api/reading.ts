/** Records as they are answered: without what is secret, with what was included, and with each look in the audit. */
import { pick } from '@chowki/shared/projections/pick-fields.ts'
import type { Caller } from '../records/caller.ts'
import type { RecordRow } from '../records/records-transaction.ts'
import type { Records } from '../records/records.ts'
import { mayDo } from './access.ts'
import type { Cursors } from './cursor.ts'
import { etagOf } from './etag.ts'
import type { ListQuery } from './list-query.ts'
import { resourceOf } from './resource.ts'
import type { Resource } from './resource.ts'

type Shown = Record<string, unknown>

export interface ListAnswer {
  readonly data: readonly Shown[]
  /** Of each of `data`, in its order. */
  readonly etags: readonly string[]
  /** For the next page; null at the end. */
  readonly next: string | null
  /** By the collection: each record once that a field of `include` refers to. */
  readonly included?: Readonly<Record<string, readonly Shown[]>>
}

export interface ResourcePlace {
  readonly caller: Caller
  readonly societyId: string
  readonly resource: Resource
}

export interface ResourceReads {
  list(place: ResourcePlace, query: ListQuery): Promise<ListAnswer>
  /** Null where there is none. */
  get(
    place: ResourcePlace,
    id: string,
    query: { readonly fields?: readonly string[]; readonly include: readonly string[] },
  ): Promise<(Pick<ListAnswer, 'included'> & { readonly shown: Shown; readonly etag: string }) | null>
}

export function createResourceReads(records: Records, cursors: Cursors): ResourceReads {
  /** Before the answer: a look that cannot be audited does not happen. */
  async function audit(
    { caller, societyId, resource }: ResourcePlace,
    rows: readonly Shown[],
  ): Promise<void> {
    const seen = rows.filter((row) => Object.keys(row).some((field) => resource.personal.has(field)))
    if (seen.length === 0) return
    const ids = seen.map((row) => String(row['_id']))
    const view = { action: `${resource.name}.viewed`, collection: resource.name, ids } as const
    await records.view(caller, societyId, view)
  }

  async function readIncluded(place: ResourcePlace, include: readonly string[], rows: readonly RecordRow[]) {
    if (include.length === 0) return {}
    const idsByName = Map.groupBy(
      include.flatMap((field) => {
        const name = place.resource.references.get(field)
        if (!name || !mayDo(place.caller, 'get', name)) return []
        return rows.flatMap(({ record }) => idsIn(record, field)).map((id) => ({ name, id }))
      }),
      ({ name }) => name,
    )
    const read = [...idsByName].map(async ([name, named]) => {
      const ids = [...new Set(named.map(({ id }) => id))]
      const resource = resourceOf(name)
      const found = await records.page(place.societyId, name, pageOfIds(ids))
      const shown = found.map((row) => show(resource, row))
      await audit({ ...place, resource }, shown)
      return [name, shown] as const
    })
    return { included: Object.fromEntries(await Promise.all(read)) }
  }

  /** Fields that the server itself needs of each row, beside those that were asked for. */
  const only = (fields: readonly string[] | undefined, include: readonly string[]) =>
    fields ? { only: [...new Set([...fields, ...include, 'updatedAt'])] } : {}

  return {
    async list(place, { conditions, sort, limit, cursor, fields, include }) {
      const { societyId, resource } = place
      const of = { societyId, collection: resource.name, conditions, sort }
      const rows = await records.page(societyId, resource.name, {
        conditions,
        sort,
        // One more, which tells whether there is a next page.
        limit: limit + 1,
        ...(cursor === undefined ? {} : { after: cursors.read(of, cursor) }),
        ...only(fields && [...fields, sort.field], include),
      })
      const page = rows.slice(0, limit)
      const last = page.at(-1)
      const data = page.map((row) => show(resource, row, fields))
      const [included] = await Promise.all([readIncluded(place, include, page), audit(place, data)])
      const end = last && { value: valueOf(last, sort.field), id: last.record._id }
      return {
        data,
        etags: page.map(etagOf),
        next: rows.length > limit && end ? cursors.write(of, end) : null,
        ...included,
      }
    },
    async get(place, id, { fields, include }) {
      const { societyId, resource } = place
      const [row] = await records.page(societyId, resource.name, {
        ...pageOfIds([id]),
        ...only(fields, include),
      })
      if (!row) return null
      const shown = show(resource, row, fields)
      const [included] = await Promise.all([readIncluded(place, include, [row]), audit(place, [shown])])
      return { shown, etag: etagOf(row), ...included }
    },
  }
}

const pageOfIds = (ids: readonly string[]) =>
  ({
    conditions: [{ field: '_id', operator: 'in', values: ids }],
    sort: { field: '_id', direction: 1 },
    limit: ids.length,
  }) as const

/** Of the record what may be seen, and of that what was asked for. */
export function show(resource: Resource, { record }: RecordRow, fields?: readonly string[]): Shown {
  const names = fields ? ['_id', ...fields] : [...resource.fields.keys()]
  return pick(record as Shown, [...new Set(names)])
}

const valueOf = ({ record }: RecordRow, field: string) =>
  (record as Shown)[field] as string | number | boolean

function idsIn(record: RecordRow['record'], field: string): string[] {
  const value = (record as Shown)[field]
  return [value].flat().filter((id) => typeof id === 'string')
}
