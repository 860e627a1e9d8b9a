/**
 * The floor under a save: Dexie alone, strict, one `put` in one transaction of its own, on a table with the very
 * indexes that the product's table has, of the very row that the product has just stored.
 */
import { Dexie } from 'dexie'
import type { Table } from 'dexie'

type Row = Record<string, unknown>

export interface RawStore {
  /** The row as it lies on the disk. */
  read(table: RawTable, key: string): Promise<Row>
  put(table: RawTable, row: Row): Promise<void>
}

export const rawTables = {
  visitors: { database: 'rxdb-dexie-chowki--0--visitors', table: 'docs', key: '_id' },
  visitorEntries: { database: 'rxdb-dexie-chowki--0--visitorEntries', table: 'docs', key: '_id' },
  photos: { database: 'chowki-desk', table: 'photos', key: 'id' },
} as const
export type RawTable = keyof typeof rawTables

export async function openRawStore(): Promise<RawStore> {
  const names = Object.keys(rawTables) as RawTable[]
  const product = new Map<RawTable, Table<Row, string>>()
  const floor = new Map<RawTable, Table<Row, string>>()
  for (const name of names) {
    // Without a version Dexie opens what is there, so that no index is written down twice.
    const there = await new Dexie(rawTables[name].database).open()
    const table: Table<Row, string> = there.table(rawTables[name].table)
    product.set(name, table)
    const raw = new Dexie(`bench-${name}`, { chromeTransactionDurability: 'strict' })
    const { primKey, indexes } = table.schema
    raw.version(1).stores({ rows: [primKey, ...indexes].map(({ src }) => src).join(', ') })
    await raw.open()
    floor.set(name, raw.table('rows'))
  }
  const tableOf = (tables: ReadonlyMap<RawTable, Table<Row, string>>, name: RawTable): Table<Row, string> => {
    const table = tables.get(name)
    if (table === undefined) throw new Error(`There is no table ${name}`)
    return table
  }
  return {
    async read(name, key) {
      const row = await tableOf(product, name).get(key)
      if (row === undefined) throw new Error(`${name} does not hold ${key}`)
      return row
    },
    async put(name, row) {
      await tableOf(floor, name).put(row)
    },
  }
}
