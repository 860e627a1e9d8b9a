/** Push and pull of 10,000 visits: ours over HTTP with every check, beside the raw driver and RxDB's own plugin. */
import { replicateMongoDB } from 'rxdb/plugins/replication-mongodb'
import type { VisitorEntry } from '@chowki/shared/collections/visitor-entries.ts'
import { kioskBatch } from '../../../renderer/data/replication/collection-sync.ts'
import { benchCaller, newId, withDatabase } from '../frame/society.ts'
import type { BenchContext, RowPlan, Sample, Workload } from '../workload.ts'
import { peers, peersNote, peerSpeed } from './peers/peer-speed.ts'
import { openRawVisits, societyValue } from './raw-visits.ts'
import { openReplica, replicateOnce, requestAs, saveEach } from './replica.ts'
import type { VisitReplica } from './replica.ts'
import { asWire, bytesPerVisit, createVisitSource } from './visits.ts'

const count = 10_000
/** Moved first and not counted, by each: a server that serves gates has long been running. */
const warmUpCount = 1_000
const unit = 'visits/s'
const plugin = 'RxDB replication-mongodb'

interface PeerSpeed {
  readonly push: number
  readonly pull: number
}

const rowOf = (what: 'push' | 'pull', peer: string): RowPlan => ({
  name: `${what} of 10,000 visits, beside ${peer}`,
  unit,
  better: 'higher',
  peer,
})

const peerRows = (what: 'push' | 'pull'): RowPlan[] =>
  [plugin, ...peers.map(({ title }) => title)].map((peer) => rowOf(what, peer))

const pushRow: RowPlan = {
  name: 'push of 10,000 visits',
  unit,
  better: 'higher',
  limit: 'raw bulkWrite upserts',
  goal: { ratio: 1.5 },
}
const pullRow: RowPlan = {
  name: 'pull of 10,000 visits',
  unit,
  better: 'higher',
  limit: 'raw find',
  goal: { ratio: 0.4 },
}

export const pushWorkload: Workload = {
  name: 'push',
  rows: [pushRow, ...peerRows('push')],
  repeats: 3,
  async run(context) {
    const { visits, size } = makeVisits(context)
    const limit = await rawPush(context, visits, size)
    const ours = await ourPush(context, visits, size)
    context.note(
      `push, pull: ${size.toLocaleString('en')} visits of ${bytesPerVisit(visits)} bytes from an RxDB client in Node on memory storage (so without the kiosk’s encryption at rest); ours with HTTP, authentication, validation on both sides, gzip, batches of ${kioskBatch.push} and ${kioskBatch.pull} as on the kiosk. Raw: one unordered bulkWrite of replaceOne upserts, and one find in sequence order, majority and journal, same validator and indexes. Each moves 1,000 visits (in a pull: all of them) first, which do not count. Peers without validators, indexes of ours or authentication.`,
    )
    return [{ name: pushRow.name, ours, limit }, ...(await peerSamples(context, 'push', ours, visits))]
  },
}

export const pullWorkload: Workload = {
  name: 'pull',
  rows: [pullRow, ...peerRows('pull')],
  repeats: 3,
  async run(context) {
    const { visits, size } = makeVisits(context)
    const limit = await rawPull(context, visits, size)
    const ours = await ourPull(context, size)
    return [{ name: pullRow.name, ours, limit }, ...(await peerSamples(context, 'pull', ours, visits))]
  },
}

function makeVisits({ isQuick }: BenchContext): { visits: VisitorEntry[]; size: number } {
  const size = isQuick ? count / 5 : count
  return { visits: takeOthers(size), size }
}

/** Of a society, a gate and a desk that have no others. */
const takeOthers = (size: number): VisitorEntry[] =>
  createVisitSource({ societyId: newId(), gateId: newId(), deviceId: newId() }).take(size)

const perSecond = async (size: number, work: () => Promise<unknown>): Promise<number> => {
  const startedAt = performance.now()
  await work()
  return (size * 1000) / (performance.now() - startedAt)
}

async function ourPush(
  context: BenchContext,
  sample: readonly VisitorEntry[],
  size: number,
): Promise<number> {
  const server = await context.startServer()
  const device = await server.enrol('Bench desk')
  const request = requestAs(server, device)
  const place = { societyId: server.societyId, gateId: server.gateId, deviceId: device.deviceId }
  const replica = await openForUse(context)
  await saveEach(replica, createVisitSource(place).take(warmUpCount))
  await replicateOnce(replica.visits, request)
  // It hears of its own visits; then nothing is left to pull.
  await replicateOnce(replica.visits, request)
  await saveEach(
    replica,
    sample.map((visit) => ({ ...visit, ...place })),
  )
  const speed = await perSecond(size, () => replicateOnce(replica.visits, request))
  await expectVisits(server, warmUpCount + size)
  return speed
}

async function openForUse(context: BenchContext): Promise<VisitReplica> {
  const replica = await openReplica()
  context.onEnd(replica.close)
  return replica
}

/** Checks that everything was stored; otherwise the figure means nothing. */
async function expectVisits(server: { mongoUri: string; database: string }, size: number): Promise<void> {
  const raw = await openRawVisits(server.mongoUri, server.database)
  const found = await raw.collection.countDocuments()
  await raw.close()
  if (found !== size) throw new Error(`${found} of ${size} visits reached the server.`)
}

async function ourPull(context: BenchContext, size: number): Promise<number> {
  const server = await context.startServer()
  const device = await server.enrol('Bench desk')
  const source = createVisitSource({ ...server, deviceId: device.deviceId })
  await withDatabase(server.mongoUri, server.database, async ({ records }) => {
    for (let from = 0; from < size; from += 1_000) {
      const writes = asWire(source.take(1_000, from))
      await records.insert(benchCaller, server.societyId, 'visitorEntries', ...writes)
    }
  })
  const request = requestAs(server, device)
  const warmUp = await openForUse(context)
  await replicateOnce(warmUp.visits, request)
  await warmUp.close()
  const { visits } = await openForUse(context)
  const speed = await perSecond(size, () => replicateOnce(visits, request))
  const got = await visits.count().exec()
  if (got !== size) throw new Error(`${got} of ${size} visits were pulled.`)
  return speed
}

async function rawPush(
  { mongoUri, onEnd }: BenchContext,
  visits: readonly VisitorEntry[],
  size: number,
): Promise<number> {
  const raw = await openRawVisits(mongoUri)
  onEnd(raw.close)
  const rows = raw.toRows(visits)
  await raw.upsert(raw.toRows(takeOthers(warmUpCount)))
  return perSecond(size, () => raw.upsert(rows))
}

async function rawPull(
  { mongoUri, onEnd }: BenchContext,
  visits: readonly VisitorEntry[],
  size: number,
): Promise<number> {
  const raw = await openRawVisits(mongoUri)
  onEnd(raw.close)
  await raw.upsert(raw.toRows(visits))
  const owner = societyValue(visits[0]?.societyId ?? '')
  const readAll = () => raw.collection.find({ societyId: owner }).sort({ _seq: 1 }).toArray()
  await readAll()
  return perSecond(size, readAll)
}

async function peerSamples(
  context: BenchContext,
  what: 'push' | 'pull',
  ours: number,
  visits: readonly VisitorEntry[],
): Promise<Sample[]> {
  const one = async (title: string, speed: () => Promise<PeerSpeed>): Promise<Sample[]> => {
    const { name } = rowOf(what, title)
    try {
      return [{ name, ours, peer: (await speed())[what] }]
    } catch (error) {
      const reason = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error)
      context.notRun(name, reason)
      return []
    }
  }
  const warmUp = takeOthers(warmUpCount)
  const samples = await one(plugin, () => pluginSpeed(context, warmUp, visits))
  for (const peer of peers)
    samples.push(...(await one(peer.title, () => peerSpeed(context, peer, { warmUp, visits }))))
  context.note(peersNote)
  return samples
}

/** Straight from the client to MongoDB, in batches as ours. */
async function pluginSpeed(
  context: BenchContext,
  warmUp: readonly VisitorEntry[],
  sample: readonly VisitorEntry[],
): Promise<PeerSpeed> {
  const raw = await openRawVisits(context.mongoUri)
  context.onEnd(raw.close)
  const collectionName = 'plainVisits'
  const databaseName = raw.collection.dbName
  const once = async (visits: Awaited<ReturnType<typeof openReplica>>['visits']): Promise<void> => {
    const state = replicateMongoDB<VisitorEntry>({
      mongodb: { connection: context.mongoUri, databaseName, collectionName },
      collection: visits,
      replicationIdentifier: 'bench',
      live: false,
      waitForLeadership: false,
      pull: { batchSize: kioskBatch.pull },
      push: { batchSize: kioskBatch.push },
    })
    const failed = new Promise<never>((_, reject) => state.error$.subscribe(reject))
    try {
      await Promise.race([state.awaitInitialReplication(), failed])
    } finally {
      await state.cancel()
      await state.mongoClient.close()
    }
  }
  await raw.client.db(databaseName).createCollection(collectionName)
  const [sender, first, receiver] = await Promise.all([1, 2, 3].map(() => openReplica({ validated: false })))
  if (!sender || !first || !receiver) throw new Error('a replica is missing')
  for (const replica of [sender, first, receiver]) context.onEnd(replica.close)
  await saveEach(sender, warmUp)
  await once(sender.visits)
  await saveEach(sender, sample)
  const push = await perSecond(sample.length, () => once(sender.visits))
  await once(first.visits)
  const total = warmUp.length + sample.length
  const pull = await perSecond(total, () => once(receiver.visits))
  const got = await receiver.visits.count().exec()
  if (got !== total) throw new Error(`the plugin brought ${got} of ${total} visits`)
  return { push, pull }
}
