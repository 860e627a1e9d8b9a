/** Push and pull of a peer, its server and its client each in a process of its own, on its own packages. */
import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { VisitorEntry } from '@chowki/shared/collections/visitor-entries.ts'
import { toRxdbSchema } from '@chowki/shared/projections/to-rxdb-schema.ts'
import { kioskBatch } from '../../../../renderer/data/replication/collection-sync.ts'
import { listenablePort } from '../../../../build/services/ports.ts'
import { withClient } from '../../frame/server.ts'
import { ownEnvironment } from '../../frame/fitness.ts'
import { newId } from '../../frame/society.ts'
import type { BenchContext } from '../../workload.ts'
import { visitsDefinition } from '../replica.ts'
import { peerPackages, peersFolder } from './peer-packages.ts'

export interface Peer {
  /** In the table. */
  readonly title: string
  readonly serves: string
  readonly client: string
  readonly primaryKey: '_id' | 'id'
}

export const peers: readonly Peer[] = [
  {
    title: 'rxdb-server',
    serves: 'rxdb-server-serves.mjs',
    client: 'rxdb-server-client.mjs',
    // Its MongoDB storage turns the `$or` of every pull into an object when the key is `_id`.
    primaryKey: 'id',
  },
  {
    title: 'PouchDB with express-pouchdb',
    serves: 'pouchdb-serves.mjs',
    client: 'pouchdb-client.mjs',
    primaryKey: '_id',
  },
]

export const peersNote =
  'rxdb-server (15.22, with the RxDB of that number, which it needs) keeps its data in the bench’s MongoDB by RxDB’s own storage; express-pouchdb in its usual LevelDB. Their clients are on memory; client and server are two processes, batches as ours.'

/** Visits per second. `warmUp` is moved first and not counted; before a pull, all is pulled once. */
export async function peerSpeed(
  { mongoUri, folder, onEnd }: BenchContext,
  { title, serves, client, primaryKey }: Peer,
  { warmUp, visits }: { readonly warmUp: readonly VisitorEntry[]; readonly visits: readonly VisitorEntry[] },
): Promise<{ push: number; pull: number }> {
  const packages = await peerPackages()
  const databaseName = `bench_peer_${newId()}`
  onEnd(() => withClient(mongoUri, async (mongo) => void (await mongo.db(databaseName).dropDatabase())))
  const task = { packages, schema: schemaWith(primaryKey), batch: kioskBatch }
  const served = { ...task, mongoUri, databaseName, folder, port: await freePort() }
  const server = await run<{ url: string }>(serves, served)
  onEnd(server.end)
  const total = warmUp.length + visits.length
  const toPeer = (given: readonly VisitorEntry[]) =>
    given.map(({ _id, ...visit }) => ({ ...visit, [primaryKey]: _id }))
  const speed = async (first: readonly VisitorEntry[], given: readonly VisitorEntry[]): Promise<number> => {
    const replica = await run<{ ms: number; count: number }>(client, {
      ...task,
      ...server.result,
      warmUp: toPeer(first),
      visits: toPeer(given),
    })
    await replica.end()
    const { ms, count } = replica.result
    if (count !== total) throw new Error(`${title} has ${count} of ${total} visits`)
    return ((given.length || total) * 1_000) / ms
  }
  return { push: await speed(warmUp, visits), pull: await speed([], []) }
}

function schemaWith(primaryKey: string): object {
  const { properties, required, encrypted: _fields, ...schema } = toRxdbSchema(visitsDefinition)
  const { _id, ...others } = properties as Record<string, unknown>
  return {
    ...schema,
    primaryKey,
    properties: { ...others, [primaryKey]: _id },
    required: [primaryKey, ...required.filter((name) => name !== '_id')],
  }
}

interface Running<T> {
  readonly result: T
  end(): Promise<void>
}

function run<T>(program: string, task: object): Promise<Running<T>> {
  const child = fork(join(peersFolder, program), [], {
    env: ownEnvironment(process.env),
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const end = async (): Promise<void> => {
    child.kill('SIGKILL')
    await exited
  }
  return new Promise<Running<T>>((resolve, reject) => {
    child.once('message', ({ result, error }: { result?: T; error?: string }) => {
      if (result !== undefined) return resolve({ result, end })
      reject(new Error(error))
      void end()
    })
    child.once('exit', (code) => reject(new Error(`${program} ended with ${code}`)))
    child.once('error', reject)
    child.send(task)
  })
}

async function freePort(): Promise<number> {
  const port = await listenablePort(0)
  if (port === null) throw new Error('No port is free for a peer')
  return port
}
