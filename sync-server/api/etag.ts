import type { RecordRow } from '../records/records-transaction.ts'

/**
 * A record's version: its society's number at the last write. With the time of that write, as a database that was
 * restored from a backup gives a number for the second time.
 */
export const etagOf = ({ seq, record }: RecordRow): string => `"${seq}.${record.updatedAt.toString(36)}"`
