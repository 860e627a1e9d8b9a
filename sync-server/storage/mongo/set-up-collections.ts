import { isDeepStrictEqual } from 'node:util'
import { MongoServerError } from 'mongodb'
import type { Db, IndexDescription } from 'mongodb'
import type { CollectionLayout } from './layout.ts'

const namespaceExists = 48
const indexOptionsConflict = 85
const indexKeySpecsConflict = 86

/**
 * Brings the database to the layouts: makes missing collections, sets validators, builds missing indexes and
 * rebuilds changed ones. Safe to run at every start and by several servers at once. Indexes and collections
 * that are not named are left alone: another version of the server may be running beside this one.
 */
export async function setUpCollections(db: Db, layouts: readonly CollectionLayout[]): Promise<void> {
  const existing = new Map<string, unknown>()
  for await (const { name, options } of db.listCollections<{
    name: string
    options?: { validator?: unknown }
  }>()) {
    existing.set(name, options?.validator)
  }
  for (const layout of layouts) {
    await setUpValidator(db, layout, existing)
    for (const index of layout.indexes) await setUpIndex(db, layout.name, index)
  }
}

async function setUpValidator(
  db: Db,
  layout: CollectionLayout,
  existing: Map<string, unknown>,
): Promise<void> {
  const validation = layout.validator
    ? { validator: layout.validator, validationLevel: 'strict' as const, validationAction: 'error' as const }
    : {}
  if (!existing.has(layout.name)) {
    try {
      await db.createCollection(layout.name, validation)
      return
    } catch (error) {
      if (!hasCode(error, namespaceExists)) throw error
    }
  }
  if (!layout.validator || isDeepStrictEqual(existing.get(layout.name), layout.validator)) return
  await db.command({ collMod: layout.name, ...validation })
}

async function setUpIndex(db: Db, collection: string, index: IndexDescription): Promise<void> {
  try {
    await db.collection(collection).createIndexes([index])
  } catch (error) {
    if (!hasCode(error, indexOptionsConflict) && !hasCode(error, indexKeySpecsConflict)) throw error
    // The same name or key with other options: an index cannot be altered in place.
    await dropIndexLike(db, collection, index)
    await db.collection(collection).createIndexes([index])
  }
}

async function dropIndexLike(db: Db, collection: string, index: IndexDescription): Promise<void> {
  for (const known of await db.collection(collection).indexes()) {
    const alike = known.name === index.name || isDeepStrictEqual(known.key, index.key)
    if (alike && known.name) await db.collection(collection).dropIndex(known.name)
  }
}

const hasCode = (error: unknown, code: number) => error instanceof MongoServerError && error.code === code
