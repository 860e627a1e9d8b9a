/**
 * Where the next page begins, as a text that says nothing and that only this server's key makes: the last row's value may
 * be personal. Bound to the list that it is of, so that it opens no other.
 */
import { hkdfSync } from 'node:crypto'
import { createSealing } from '../ops/keys/sealing.ts'
import type { RecordPageQuery } from '../records/records.ts'
import { refuse } from './problems.ts'

type Place = NonNullable<RecordPageQuery['after']>

export interface CursorOf {
  readonly societyId: string
  readonly collection: string
  readonly conditions: RecordPageQuery['conditions']
  readonly sort: RecordPageQuery['sort']
}

export interface Cursors {
  write(of: CursorOf, place: Place): string
  /** Throws `cursor_invalid`. */
  read(of: CursorOf, cursor: string): Place
}

export function createCursors(adminKey: string): Cursors {
  const key = Buffer.from(hkdfSync('sha256', adminKey, '', 'chowki cursors of lists', 32))
  const sealing = createSealing<CursorOf>([key], (of) => JSON.stringify(['cursor', canonical(of)]))
  return {
    write(of, { value, id }) {
      const { keyId, sealed } = sealing.seal(Buffer.from(JSON.stringify([value, id])), of)
      return `${keyId}.${sealed.toString('base64url')}`
    },
    read(of, cursor) {
      const [, keyId = '', sealed = ''] = /^([0-9a-f]{16})\.([A-Za-z0-9_-]{40,4000})$/.exec(cursor) ?? []
      try {
        const text = sealing.open(Buffer.from(sealed, 'base64url'), keyId, of).toString()
        const [value, id] = JSON.parse(text) as [Place['value'], string]
        return { value, id }
      } catch {
        // Cut, changed, of another list or of a key that is gone: to the caller all the same.
        throw refuse('cursor_invalid', { field: 'cursor' })
      }
    },
  }
}

/** The order in which an address names its filters does not matter. */
const canonical = ({ societyId, collection, conditions, sort }: CursorOf): unknown => [
  societyId,
  collection,
  sort.field,
  sort.direction,
  conditions
    .map((condition) =>
      JSON.stringify([
        condition.field,
        condition.operator,
        'values' in condition ? condition.values : condition.value,
      ]),
    )
    .toSorted(),
]
