/** Societies with one gate each, written as the server writes: numbered, so that replicas hear of them. */
import { randomBytes } from 'node:crypto'
import { defaultTimeZone } from '@chowki/shared/collections/societies.ts'
import { openServerData } from '../../../sync-server/open-data.ts'
import type { ServerData } from '../../../sync-server/open-data.ts'

export interface BenchSociety {
  readonly societyId: string
  readonly gateId: string
}

/** No bench reads what was sealed. */
const sealingKeys = [randomBytes(32)] as const

export const benchCaller = { kind: 'system', id: 'bench' } as const

export const newId = (): string => randomBytes(12).toString('hex')

export const addSociety = (mongoUri: string, database: string): Promise<BenchSociety> =>
  withDatabase(mongoUri, database, writeSociety)

/** The server's own storage on its database. */
export async function withDatabase<T>(
  mongoUri: string,
  name: string,
  work: (database: ServerData) => Promise<T>,
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
export const openOwn = (mongoUri: string, name: string): Promise<ServerData> =>
  openServerData({ url: mongoUri, name, onListenerError: () => undefined, sealingKeys, now: Date.now })

export async function writeSociety({ records }: Pick<ServerData, 'records'>): Promise<BenchSociety> {
  const societyId = newId()
  const gateId = newId()
  const envelope = { societyId, createdAt: Date.now(), updatedAt: Date.now() }
  const society = { _id: societyId, ...envelope, name: `Society ${societyId}`, timeZone: defaultTimeZone }
  const gate = { _id: gateId, ...envelope, name: 'Main Gate', isActive: true }
  await records.write(benchCaller, societyId, async (transaction) => {
    transaction.insert('societies', society)
    transaction.insert('gates', gate)
  })
  return { societyId, gateId }
}
