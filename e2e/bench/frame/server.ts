/** A sync server as in production: a process of its own, on a database and a data folder that nothing else has. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { MongoClient } from 'mongodb'
import type { Document, ObjectId } from 'mongodb'
import { Refusal } from '../../../build/setup/refusal.mjs'
import { SyncServer } from '../../../build/services/sync-server.ts'
import type { BenchServer, ServerOptions } from '../workload.ts'
import { addSociety } from './society.ts'

export async function startBenchServer(
  mongodbUrl: string,
  folder: string,
  { demo = false, environment = {} }: ServerOptions,
): Promise<BenchServer> {
  const database = `bench_${randomBytes(6).toString('hex')}`
  const dataFolder = join(folder, database)
  const server = await SyncServer.start({
    mongodbUrl,
    database,
    dataFolder,
    environment: {
      NODE_ENV: 'production',
      CHOWKI_ADMIN_KEY: randomBytes(24).toString('hex'),
      CHOWKI_DEMO: demo ? '1' : '0',
      ...environment,
    },
  })
  const stop = async (): Promise<void> => {
    await server.stop()
    await drop(mongodbUrl, database)
  }
  try {
    await refuseOtherServer(server)
    const gate = await (demo ? anyGate(mongodbUrl, database) : addSociety(mongodbUrl, database))
    const { societyId, gateId } = gate
    return {
      origin: server.origin,
      adminKey: server.adminKey,
      pid: server.process.pid,
      mongoUri: mongodbUrl,
      database,
      dataFolder,
      societyId,
      gateId,
      enrolmentCode: (deviceName) => server.enrolmentCode({ societyId, gateId, deviceName }),
      enrol: (deviceName) => server.enrol({ societyId, gateId, deviceName }),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Only our server knows this fresh key and answers an empty request with 400. */
async function refuseOtherServer({ origin, adminKey }: SyncServer): Promise<void> {
  const { status } = await fetch(`${origin}/api/enrolment-codes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
    body: '{}',
  })
  if (status === 400) return
  throw new Refusal(
    `The server at ${origin} is not the one that the bench started (it answered ${status}).`,
    'Stop the other one, then run the bench again.',
  )
}

async function anyGate(mongoUri: string, name: string): Promise<{ societyId: string; gateId: string }> {
  return withClient(mongoUri, async (client) => {
    const gate = await client
      .db(name)
      .collection<Document>('gates')
      .findOne({}, { sort: { name: 1 } })
    if (gate === null) throw new Error('The demonstration society has no gate.')
    return {
      societyId: (gate['societyId'] as ObjectId).toHexString(),
      gateId: (gate['_id'] as ObjectId).toHexString(),
    }
  })
}

/** If MongoDB was stopped too, there is nothing left to drop. */
const drop = (mongoUri: string, name: string): Promise<void> =>
  // As said above.
  withClient(mongoUri, async (client) => void (await client.db(name).dropDatabase())).catch(() => undefined)

export async function withClient<T>(mongoUri: string, work: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = new MongoClient(mongoUri, { serverSelectionTimeoutMS: 5_000 })
  try {
    return await work(await client.connect())
  } finally {
    await client.close()
  }
}
