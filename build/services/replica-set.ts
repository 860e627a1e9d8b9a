/** Steps by which a mongod that was started with --replSet becomes its own primary. */
import { MongoClient, MongoNetworkError, MongoServerError, MongoServerSelectionError } from 'mongodb'

export const replicaSetName = 'rs0'

interface ReplicaSetConfig {
  readonly version: number
  readonly members: readonly { readonly host: string }[]
}

/**
 * Does the next step; true once the member accepts writes. It is repeated until then, each time with a new client:
 * the driver's client does not recover from a failed first connection.
 */
export const becomePrimary = async (host: string): Promise<boolean> => {
  const client = new MongoClient(`mongodb://${host}/?directConnection=true`, {
    serverSelectionTimeoutMS: 1_000,
  })
  try {
    await client.connect()
    return await takeNextStep(client, host)
  } catch (error) {
    if (isForNow(error)) return false
    throw error
  } finally {
    await client.close()
  }
}

const takeNextStep = async (client: MongoClient, host: string): Promise<boolean> => {
  const admin = client.db('admin')
  const hello = await admin.command({ hello: 1 })
  if (hello['isWritablePrimary'] === true) return true
  try {
    const { config } = await admin.command({ replSetGetConfig: 1 })
    await adoptHost(client, config as ReplicaSetConfig, host)
  } catch (error) {
    if (!isServerError(error, 'NotYetInitialized')) throw error
    await admin.command({ replSetInitiate: { _id: replicaSetName, members: [{ _id: 0, host }] } })
  }
  return false
}

/** After a change of port the member does not find itself in its own configuration and waits indefinitely. */
const adoptHost = async (client: MongoClient, config: ReplicaSetConfig, host: string): Promise<void> => {
  const [member] = config.members
  if (member === undefined || member.host === host) return
  const replSetReconfig = { ...config, version: config.version + 1, members: [{ ...member, host }] }
  await client.db('admin').command({ replSetReconfig, force: true })
}

/** mongod refuses until it listens, and during recovery and elections. */
const isForNow = (error: unknown): boolean =>
  error instanceof MongoNetworkError ||
  error instanceof MongoServerSelectionError ||
  isServerError(error, 'InterruptedDueToReplStateChange') ||
  isServerError(error, 'NotWritablePrimary')

const isServerError = (error: unknown, codeName: string): boolean =>
  error instanceof MongoServerError && error.codeName === codeName
