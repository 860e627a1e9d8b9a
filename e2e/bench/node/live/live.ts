/** Gate to gate over one server: how long after a guard's save at one gate another gate has the visit. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { percentile } from '../../frame/summing.ts'
import type { BenchContext, BenchServer, RowPlan, Sample, Workload } from '../../workload.ts'
import { monotonicMs } from '../monotonic.ts'
import { createVisitSource } from '../visits.ts'
import { openGate } from './gate.ts'
import type { GatePlace } from './gate.ts'
import type { FromReader } from './reading-gate.ts'

const visitCount = 300
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
      `live: two RxDB replicas on one server, each on a thread of its own, ${seenMs.length} visits, one each ${everyMs} ms. Both columns begin when the visit is given to the first replica; ours ends when the second replica’s change stream shows it, the limit when the first has the server’s answer that its push is durable (majority and journal).`,
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
  const seenAt = await followReader(context, server)
  const acknowledgedAt = new Map<string, number>()
  const device = await server.enrol('Writing gate')
  const writer = await openGate({ origin: server.origin, device }, (ids) => {
    const now = monotonicMs()
    for (const id of ids) acknowledgedAt.set(id, now)
  })
  context.onEnd(writer.close)
  const [seenMs, acknowledgedMs]: [number[], number[]] = [[], []]
  const source = createVisitSource({ ...server, deviceId: device.deviceId })
  for (const [index, visit] of source.take(warmUpCount + (context.isQuick ? 30 : visitCount)).entries()) {
    const savedAt = monotonicMs()
    await writer.visits.insert(visit)
    const [seen, acknowledged] = await Promise.all([
      until(context, seenAt, visit._id),
      until(context, acknowledgedAt, visit._id),
    ])
    if (index >= warmUpCount) {
      seenMs.push(seen - savedAt)
      acknowledgedMs.push(acknowledged - savedAt)
    }
    await sleep(Math.max(0, savedAt + everyMs - monotonicMs()))
  }
  return { seenMs, acknowledgedMs }
}

/** When the other gate saw which visit; resolves when it is online. */
async function followReader(
  context: BenchContext,
  server: BenchServer,
): Promise<ReadonlyMap<string, number>> {
  const place: GatePlace = { origin: server.origin, device: await server.enrol('Reading gate') }
  const reader = new Worker(new URL('reading-gate.ts', import.meta.url), { workerData: place })
  context.onEnd(async () => void (await reader.terminate()))
  const seenAt = new Map<string, number>()
  const online = Promise.withResolvers<void>()
  // After it is online nobody waits for this, and what is not seen is missed by `until`.
  reader.on('error', online.reject)
  reader.on('message', (message: FromReader) => {
    if (message.kind === 'online') online.resolve()
    else seenAt.set(message.id, message.at)
  })
  await online.promise
  return seenAt
}

const seenWithinMs = 30_000

/** By looking, so that nothing is measured but the two events themselves. */
async function until(context: BenchContext, times: ReadonlyMap<string, number>, id: string): Promise<number> {
  const deadline = monotonicMs() + seenWithinMs
  for (;;) {
    const at = times.get(id)
    if (at !== undefined) return at
    if (context.signal.aborted) throw new Error('stopped')
    if (monotonicMs() > deadline) throw new Error('a visit did not reach the other gate in 30 s')
    await sleep(2)
  }
}

const sampleOf = (
  { name }: RowPlan,
  share: number,
  ours: readonly number[],
  limit: readonly number[],
): Sample => ({ name, ours: percentile(ours, share), limit: percentile(limit, share) })
