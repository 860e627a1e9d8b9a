/** What a connected kiosk costs the server, and how long a nudge takes to reach all that it is for. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { protocolHeader, protocolVersion } from '@chowki/shared/protocol/messages.ts'
import { ownEnvironment } from '../../frame/fitness.ts'
import { benchCaller, newId, openOwn, writeSociety } from '../../frame/society.ts'
import type { BenchSociety } from '../../frame/society.ts'
import { percentile } from '../../frame/summing.ts'
import { NotRun } from '../../workload.ts'
import type { BenchContext, BenchServer, RowPlan, Sample, Workload } from '../../workload.ts'
import { asWire, createVisitSource } from '../visits.ts'
import { startCrowd } from './crowd.ts'
import type { StreamCrowd } from './crowd.ts'
import { monotonicMs } from '../monotonic.ts'
import type { StreamRequest } from './crowd-messages.ts'
import { addDevices } from './many-devices.ts'
import { cpuMs, settledKb } from './process-use.ts'

const societyCount = 10
const streamsPerDevice = 2
const rounds = 20
const limit = 'Node’s HTTP server alone'
const sizes = [1_000, 10_000] as const

const words = (count: number): string => count.toLocaleString('en')
const memoryRow = (streams: number): RowPlan => ({
  name: `server memory for each open stream, ${words(streams)} streams`,
  unit: 'KB',
  better: 'lower',
  limit,
})
const nudgeRow = (where: string): RowPlan => ({
  name: `nudge at all streams of its society, p99, 10,000 streams in ${where}`,
  unit: 'ms',
  better: 'lower',
  limit,
})
const memoryRows = sizes.map(memoryRow)
const [apartRow, togetherRow] = [nudgeRow('10 societies'), nudgeRow('one society')]
const cpuRow: RowPlan = {
  name: 'server CPU for 1,000 nudges, 10,000 streams in one society',
  unit: 'ms',
  better: 'lower',
  limit,
}

export const streamsWorkload: Workload = {
  name: 'streams',
  rows: [...memoryRows, apartRow, togetherRow, cpuRow],
  repeats: 2,
  async run(context) {
    requireOpenFiles(sizes[1] + 500)
    const all = context.isQuick ? sizes.map((size) => size / 10) : sizes
    const crowd = startCrowd(context)
    const [ours, plain] = [await ourStreams(context, crowd, all), await plainStreams(context, crowd, all)]
    context.note(
      `streams: ${all.map(words).join(' and ')} streams of desks from sockets of one other process, ${streamsPerDevice} for each desk. Memory is the growth of the server’s resident size after 6 s of rest, without asking for a collection. A nudge’s time is from the acknowledgement of a write by another process on the same database to its arrival, ${rounds} writes; the limit’s from the request to write to all. Both processes share this machine’s cores.`,
    )
    return [...memoryRows, apartRow, togetherRow, cpuRow].flatMap(({ name }, row) =>
      toSamples(name, ours[row], plain[row]),
    )
  },
}

/** For each row, in their order. */
type Figures = readonly (readonly number[])[]

const toSamples = (name: string, ours: readonly number[] = [], limits: readonly number[] = []): Sample[] => [
  ...ours.map((value) => ({ name, ours: value })),
  ...limits.map((value) => ({ name, limit: value })),
]

function requireOpenFiles(needed: number): void {
  const [, hard] = /^Max open files\s+\d+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? []
  if (Number(hard) < needed)
    throw new NotRun(`a process may open ${hard} files here, and ${needed} are needed (ulimit -n)`)
}

interface Target {
  readonly pid: number
  readonly port: number
  request(society: number, stream: number): StreamRequest
  /** Resolves when it is done, with the time. */
  write(society: number): Promise<number>
}

async function measureStreams(
  crowd: StreamCrowd,
  target: (societies: number) => Promise<Target>,
  all: readonly number[],
): Promise<Figures> {
  const apart = await target(societyCount)
  const requests = (count: number, from: number, societies: number, { request }: Target): StreamRequest[] =>
    Array.from({ length: count - from }, (_, n) => request((from + n) % societies, from + n))
  const before = await settledKb(apart.pid)
  const memory: number[] = []
  let open = 0
  for (const count of all) {
    await crowd.open(apart.port, requests(count, open, societyCount, apart))
    open = count
    memory.push(((await settledKb(apart.pid)) - before) / count)
  }
  const apartMs = await nudgeTimes(crowd, apart, societyCount)
  await crowd.close()
  const together = await target(1)
  await crowd.open(together.port, requests(open, 0, 1, together))
  const cpuBefore = cpuMs(together.pid)
  const togetherMs = await nudgeTimes(crowd, together, 1)
  const cpu = ((cpuMs(together.pid) - cpuBefore) * 1_000) / (rounds * open)
  await crowd.close()
  return [...memory.map((kb) => [kb]), apartMs, togetherMs, [cpu]]
}

/** The 99th percentile of each write. */
async function nudgeTimes(crowd: StreamCrowd, { write }: Target, societies: number): Promise<number[]> {
  const times: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const arrivals = await crowd.expect(round % societies)
    const at = await write(round % societies)
    times.push(
      percentile(
        (await arrivals()).map((arrival) => arrival - at),
        0.99,
      ),
    )
    // Longer than nudges wait for each other.
    await sleep(250)
  }
  return times
}

async function ourStreams(
  context: BenchContext,
  crowd: StreamCrowd,
  all: readonly number[],
): Promise<Figures> {
  const most = Math.max(...all)
  const server = await context.startServer({ environment: { CHOWKI_CONNECTIONS_MAX: String(most + 100) } })
  const model = await server.enrol('Bench desk')
  const records = await openWriter(context, server)
  const target = async (count: number): Promise<Target> => {
    const societies: BenchSociety[] = []
    for (let n = 0; n < count; n += 1) societies.push(await writeSociety({ records }))
    const perSociety = Math.ceil(most / count / streamsPerDevice)
    const devices = await Promise.all(
      societies.map((society) => addDevices(server, model, society, perSociety)),
    )
    return {
      pid: server.pid,
      port: Number(new URL(server.origin).port),
      request(society, stream) {
        const device = devices[society]?.[Math.floor(stream / count) % perSociety]
        const headers = {
          authorization: `Bearer ${device?.token ?? ''}`,
          [protocolHeader]: String(protocolVersion),
        }
        return { group: society, path: '/api/sync/nudges', headers }
      },
      async write(society) {
        const place = { ...(societies[society] ?? model), deviceId: newId() }
        const [document] = asWire(createVisitSource(place).take(1))
        if (document === undefined) throw new Error('There is no visit.')
        await records.insert(benchCaller, place.societyId, 'visitorEntries', document)
        return monotonicMs()
      },
    }
  }
  return measureStreams(crowd, target, all)
}

/** Open for the whole run: a connection made for each write would be measured with it. */
async function openWriter({ onEnd }: BenchContext, { mongoUri, database }: BenchServer) {
  const own = await openOwn(mongoUri, database)
  onEnd(own.close)
  return own.records
}

async function plainStreams(
  context: BenchContext,
  crowd: StreamCrowd,
  all: readonly number[],
): Promise<Figures> {
  const program = fileURLToPath(new URL('plain-process.ts', import.meta.url))
  const child = fork(program, [], { env: ownEnvironment(process.env), execArgv: [] })
  context.onEnd(() => void child.kill('SIGKILL'))
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  let made = 0
  return measureStreams(
    crowd,
    async () => {
      const set = (made += 1)
      const address = (path: string, society: number): string => `${path}?group=${set}-${society}`
      return {
        pid: child.pid ?? 0,
        port,
        request: (society) => ({ group: society, path: address('/streams', society), headers: {} }),
        async write(society) {
          const at = monotonicMs()
          await fetch(`http://127.0.0.1:${port}${address('/nudge', society)}`)
          return at
        },
      }
    },
    all,
  )
}
