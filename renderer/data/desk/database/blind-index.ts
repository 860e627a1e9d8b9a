/**
 * Phones are encrypted, so that no query can compare them. `phoneIndex`, an HMAC of the phone, is the one field
 * that this desk adds to a document: it is made on pull and on write, and stripped on push.
 */
import type { LocalFields } from '@chowki/shared/projections/to-rxdb-schema.ts'
import { blindPhoneIndex } from '../keys/desk-keys.ts'
import type { DeskKeys } from '../keys/desk-keys.ts'

type Fields = Record<string, unknown>

export const localVisitorFields: LocalFields = {
  fields: { phoneIndex: { type: 'string', maxLength: 64 } },
  indexes: [['phoneIndex']],
}

/** For the merge: the index follows the phone that won. */
export const derivedVisitorFields: Readonly<Record<string, string>> = { phoneIndex: 'phone' }

export async function withPhoneIndex<T extends Fields>(keys: DeskKeys, visitor: T): Promise<T> {
  const phone = visitor['phone']
  return { ...visitor, phoneIndex: typeof phone === 'string' ? await blindPhoneIndex(keys, phone) : '' }
}

export function withoutPhoneIndex<T extends Fields>(visitor: T): T {
  const { phoneIndex: _local, ...wire } = visitor
  return wire as T
}
