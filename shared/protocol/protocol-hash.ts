/** What travels between kiosks and servers of different age, as one text for each version. */
import type { TSchema } from 'typebox'
import type { CollectionDefinition } from '../collections/define-collection.ts'
import { canonicalJson } from '../domain/canonical-json.ts'

/** A collection as a replica holds it: its form, how it lies on the disk, and how two copies become one. */
export const collectionContract = (definition: CollectionDefinition): string =>
  canonicalJson({
    schema: plain(definition.schema),
    indexes: definition.kiosk?.indexes,
    encrypted: definition.kiosk?.encrypted,
    writes: definition.kiosk?.writes,
    serverOwned: definition.kiosk?.serverOwned,
    withheld: definition.kiosk?.withheld,
    onlyWhere: definition.kiosk?.onlyWhere,
    merge: definition.kiosk?.merge,
  })

export const messageContract = (schemas: Readonly<Record<string, TSchema>>): string =>
  canonicalJson(plain(schemas))

/** JSON leaves out what the schema library keeps for itself. What is secret is a matter of the server's own answers. */
const plain = (schema: unknown): unknown =>
  JSON.parse(
    JSON.stringify(schema, (key, value: unknown) => (key === 'secret' && value === true ? undefined : value)),
  )
