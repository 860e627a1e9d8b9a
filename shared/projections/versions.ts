/** Documents between a replica of the version before and a server of today's. */
import type { CollectionDefinition } from '../collections/define-collection.ts'

type Document = Record<string, unknown>

/** Today's version and the one before. */
export const acceptsVersion = (definition: CollectionDefinition, version: number): boolean =>
  Number.isInteger(version) &&
  version >= 0 &&
  (version === definition.version || version === definition.version - 1)

/** From a replica of `fromVersion` to today's form. */
export function upgradeDocument(
  definition: CollectionDefinition,
  fromVersion: number,
  document: Document,
): Document {
  let upgraded = document
  for (let version = fromVersion + 1; version <= definition.version; version++) {
    upgraded = definition.migrations?.[version]?.(upgraded) ?? upgraded
  }
  return upgraded
}

/** From today's form to what a replica of `toVersion` knows: its validator refuses later fields. */
export function downgradeDocument(
  definition: CollectionDefinition,
  toVersion: number,
  document: Document,
): Document {
  let downgraded = document
  for (let version = definition.version; version > toVersion; version--) {
    const added = definition.addedFields?.[version] ?? []
    downgraded = definition.downgrades?.[version]?.(downgraded) ?? downgraded
    downgraded = Object.fromEntries(Object.entries(downgraded).filter(([name]) => !added.includes(name)))
  }
  return downgraded
}
