/** What would lose or leak data, and is refused at the start: several pages (trap 11), attachments (trap 12). */
import type { RxCollection } from 'rxdb'

export function refuseUnsafe<RxDocType>({ name, database, schema }: RxCollection<RxDocType>): void {
  if (database.multiInstance) {
    throw new Error(
      `${name}: its database has multiInstance true. Two pages would push the same rows and wait for each other's leadership; open it with multiInstance: false, in one page.`,
    )
  }
  if (schema.jsonSchema.attachments) {
    throw new Error(
      `${name}: its schema has attachments. They would travel as base64 in every push of their document; keep files in a store of their own, by id.`,
    )
  }
}
