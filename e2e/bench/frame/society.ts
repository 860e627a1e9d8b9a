/** Societies with one gate each, written as the server writes: numbered, so that replicas hear of them. */
import { randomBytes } from 'node:crypto'
import { defaultTimeZone } from '@chowki/shared/collections/societies.ts'
import type { WireDocument } from '@chowki/shared/protocol/messages.ts'
import { createQuarantineCipher } from '../../../sync-server/gate/quarantine/quarantine-cipher.ts'
import type { OpenDatabase } from '../../../sync-server/storage/mongo/open-database.ts'
import { openDatabase } from '../../../sync-server/storage/mongo/open-database.ts'

export interface BenchSociety {
  readonly societyId: string
  readonly gateId: string
}

/** No bench reads what was refused. */
const quarantineCipher = createQuarantineCipher([randomBytes(32)])

export const newId = (): string => randomBytes(12).toString('hex')

export const addSociety = (mongoUri: string, database: string): Promise<BenchSociety> =>
  withDatabase(mongoUri, database, writeSociety)

/** The server's own storage on its database. */
export async function withDatabase<T>(
  mongoUri: string,
  name: string,
  work: (database: OpenDatabase) => Promise<T>,
): Promise<T> {
  const database = await openOwn(mongoUri, name)
  try {
    await database.setUp()
    return await work(database)
  } finally {
    await database.close()
  }
}

/** As it is; whoever opens it closes it. */
export const openOwn = (mongoUri: string, name: string): Promise<OpenDatabase> =>
  openDatabase({ url: mongoUri, name, onListenerError: () => undefined, quarantineCipher })

export async function writeSociety({ storage }: Pick<OpenDatabase, 'storage'>): Promise<BenchSociety> {
  const societyId = newId()
  const gateId = newId()
  const envelope = { societyId, createdAt: Date.now(), updatedAt: Date.now() }
  const society = { _id: societyId, ...envelope, name: `Society ${societyId}`, timeZone: defaultTimeZone }
  const gate = { _id: gateId, ...envelope, name: 'Main Gate', isActive: true }
  await storage.transact(societyId, async (transaction) => {
    transaction.insert('societies', [toWrite(society)])
    transaction.insert('gates', [toWrite(gate)])
  })
  return { societyId, gateId }
}

export const toWrite = (document: WireDocument) => ({ id: document._id, deleted: false, document })
