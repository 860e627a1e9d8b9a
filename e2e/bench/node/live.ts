/** Gate to gate over one server: how long after a guard's save at one gate another gate has the visit. */
import { setTimeout as sleep } from 'node:timers/promises'
import { createNudgeStream } from '../../../sync-server/sync/client/nudge-stream.ts'
import { percentile } from '../frame/summing.ts'
import type { BenchContext, BenchServer, RowPlan, Sample, Workload } from '../workload.ts'
import { openReplica, replicateVisits, requestAs } from './replica.ts'
import type { VisitReplica } from './replica.ts'
import { createVisitSource } from './visits.ts'

const visitCount = 150
/** Over the server's pause between two nudges; one gate in its busiest hour saves every 16 seconds. */
const everyMs = 250
const warmUpCount = 10

const rowOf = (which: string, goal?: { readonly ratio: number }): RowPlan => ({
  name: `saved at one gate, seen at another, ${which}`,
  unit: 'ms',
  better: 'lower',
  limit: 'own push acknowledged',
  ...(goal ? { goal } : {}),
})
const [middle, slowest] = [rowOf('p50'), rowOf('p99', { ratio: 1.5 })]

export const liveWorkload: Workload = {
  name: 'live',
  rows: [middle, slowest],
  repeats: 3,
  async run(context) {
    const { seenMs, acknowledgedMs } = await measure(context)
    context.note(
      `live: two RxDB replicas on one server, ${seenMs.length} visits, one each ${everyMs} ms. Both columns begin when the visit is given to the first replica; ours ends when the second replica’s change stream shows it, the limit when the first has the server’s answer that its push is durable (majority and journal).`,
    )
    return [sampleOf(middle, 0.5, seenMs, acknowledgedMs), sampleOf(slowest, 0.99, seenMs, acknowledgedMs)]
  },
}

interface Latencies {
  readonly seenMs: readonly number[]
  readonly acknowledgedMs: readonly number[]
}

async function measure(context: BenchContext): Promise<Latencies> {
  const server = await context.startServer()
  const seenAt = new Map<string, number>()
  const acknowledgedAt = new Map<string, number>()
  const reader = await openGate(context, server, 'Reading gate', () => {})
  const subscription = reader.visits.insert$.subscribe(({ documentId }) => {
    seenAt.set(documentId, performance.now())
  })
  context.onEnd(() => subscription.unsubscribe())
  const writer = await openGate(context, server, 'Writing gate', (ids) => {
    const now = performance.now()
    for (const id of ids) acknowledgedAt.set(id, now)
  })
  const [seenMs, acknowledgedMs]: [number[], number[]] = [[], []]
  const visits = createVisitSource(writer).take(warmUpCount + (context.isQuick ? 30 : visitCount))
  for (const [index, visit] of visits.entries()) {
    const savedAt = performance.now()
    await writer.visits.insert(visit)
    await Promise.all([until(context, seenAt, visit._id), until(context, acknowledgedAt, visit._id)])
    if (index >= warmUpCount) {
      seenMs.push((seenAt.get(visit._id) ?? 0) - savedAt)
      acknowledgedMs.push((acknowledgedAt.get(visit._id) ?? 0) - savedAt)
    }
    await sleep(Math.max(0, savedAt + everyMs - performance.now()))
  }
  return { seenMs, acknowledgedMs }
}

interface Gate extends VisitReplica {
  readonly societyId: string
  readonly gateId: string
  readonly deviceId: string
}

/** Joined to the server as a kiosk is; resolves when its stream of nudges is open. */
async function openGate(
  context: BenchContext,
  server: BenchServer,
  name: string,
  onStored: (ids: readonly string[]) => void,
): Promise<Gate> {
  const device = await server.enrol(name)
  const replica = await openReplica()
  context.onEnd(replica.close)
  const request = requestAs(server, device)
  const replication = replicateVisits(replica.visits, request, { live: true, onStored })
  const online = Promise.withResolvers<void>()
  const stream = createNudgeStream({
    request,
    onNudge: () => replication.reSync(),
    onOnline: () => {
      replication.reSync()
      online.resolve()
    },
    onOffline: () => {},
  })
  context.onEnd(() => stream.close())
  context.onEnd(() => replication.cancel())
  await online.promise
  await replication.state.awaitInitialReplication()
  return { ...replica, societyId: server.societyId, gateId: server.gateId, deviceId: device.deviceId }
}

const seenWithinMs = 30_000

/** By looking, so that nothing is measured but the two events themselves. */
async function until(context: BenchContext, times: ReadonlyMap<string, number>, id: string): Promise<void> {
  const deadline = performance.now() + seenWithinMs
  while (!times.has(id)) {
    if (context.signal.aborted) throw new Error('stopped')
    if (performance.now() > deadline) throw new Error('a visit did not reach the other gate in 30 s')
    await sleep(2)
  }
}

const sampleOf = (
  { name }: RowPlan,
  share: number,
  ours: readonly number[],
  limit: readonly number[],
): Sample => ({ name, ours: percentile(ours, share), limit: percentile(limit, share) })
