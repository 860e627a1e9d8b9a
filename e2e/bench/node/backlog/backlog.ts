/** A kiosk comes back after a day without network: how long until the server has all of it. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { ownEnvironment } from '../../frame/fitness.ts'
import { withClient } from '../../frame/server.ts'
import { NotRun } from '../../workload.ts'
import type { BenchContext, BenchServer, RowPlan, Sample, Workload } from '../../workload.ts'
import type { FromKiosk, ToKiosk } from './kiosk-messages.ts'
import { openShapedLink } from './shaped-link.ts'
import type { ShapedLink } from './shaped-link.ts'

const shape = { bitsPerSecond: 10_000_000, loss: 0.02 } as const
const count = 5_000
/** A kiosk's photo has 80 KB at most. */
const photoBytes = 60_000

const thinRow: RowPlan = {
  name: 'backlog of 5,000 visits and 5,000 photos over 10 Mbit/s with 2 % loss',
  unit: 's',
  better: 'lower',
  limit: 'bytes sent / bandwidth',
  goal: { ratio: 1.1 },
}
const loopbackRow: RowPlan = {
  name: 'backlog of 5,000 visits and 5,000 photos over loopback',
  unit: 's',
  better: 'lower',
}

export const backlogWorkload: Workload = {
  name: 'backlog',
  rows: [thinRow, loopbackRow],
  // Four minutes at the thin line’s rate.
  repeats: 1,
  async run(context) {
    const size = context.isQuick ? count / 10 : count
    context.keep(await overThinLine(context, size))
    return [{ name: loopbackRow.name, ours: await overLoopback(context, size) }]
  },
}

interface Backlog {
  readonly server: BenchServer
  /** Seconds. */
  send(origin: string): Promise<{ visits: number; photos: number }>
}

async function overLoopback(context: BenchContext, size: number): Promise<number> {
  const server = await context.startServer()
  const backlog = await fillKiosk(context, server, size, [])
  const { visits, photos } = await backlog.send(server.origin)
  return visits + photos
}

async function overThinLine(context: BenchContext, size: number): Promise<Sample[]> {
  const server = await context.startServer()
  const link = await linkOrReason(context, server)
  if (link === null) return []
  const backlog = await fillKiosk(context, server, size, link.enter)
  const before = await link.sentBytes()
  const { visits, photos } = await backlog.send(link.origin)
  const bytes = (await link.sentBytes()) - before
  context.note(
    `backlog: ${size.toLocaleString('en')} visits, then as many photos of ${photoBytes / 1_000} KB, by the kiosk’s replication and uploader in Node on memory, one after the other. The thin line is a network namespace: 10 Mbit/s and 2 % of packets lost each way, by the kernel (TCP: ${link.congestionControl}). Sent were ${(bytes / 1e6).toFixed(1)} MB, headers and what was lost among them, for ${((size * photoBytes) / 1e6).toFixed(1)} MB of photos; visits took ${visits.toFixed(1)} s, photos ${photos.toFixed(1)} s.`,
  )
  return [{ name: thinRow.name, ours: visits + photos, limit: (bytes * 8) / shape.bitsPerSecond }]
}

async function linkOrReason(context: BenchContext, { origin }: BenchServer): Promise<ShapedLink | null> {
  try {
    return await openShapedLink(context, Number(new URL(origin).port), shape)
  } catch (error) {
    if (!(error instanceof NotRun)) throw error
    context.notRun(thinRow.name, error.message)
    return null
  }
}

/** `enter`: before the command, e.g. into a namespace. */
async function fillKiosk(
  context: BenchContext,
  server: BenchServer,
  size: number,
  enter: readonly string[],
): Promise<Backlog> {
  const program = fileURLToPath(new URL('kiosk-process.ts', import.meta.url))
  const [command = process.execPath, ...args] = [...enter, process.execPath, program]
  const child = spawn(command, args, {
    env: ownEnvironment(process.env),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  context.onEnd(() => void child.kill('SIGKILL'))
  const device = await server.enrol('Bench desk')
  await ask(child, { kind: 'fill', device, count: size, photoBytes })
  return {
    server,
    async send(origin) {
      const answer = await ask(child, { kind: 'send', origin })
      if (answer.kind !== 'sent') throw new Error(`The kiosk answered "${answer.kind}".`)
      child.kill('SIGKILL')
      await expectAll(server, size)
      return { visits: answer.visitsMs / 1_000, photos: answer.photosMs / 1_000 }
    },
  }
}

function ask(child: ChildProcess, message: ToKiosk): Promise<FromKiosk> {
  return new Promise((resolve, reject) => {
    const end = (): void => reject(new Error('The kiosk’s process has ended.'))
    child.once('exit', end)
    child.once('message', (answer: FromKiosk) => {
      child.off('exit', end)
      if (answer.kind === 'failed') reject(new Error(answer.reason))
      else resolve(answer)
    })
    child.send(message)
  })
}

/** Checks that everything was stored; otherwise the figure means nothing. */
async function expectAll({ mongoUri, database }: BenchServer, size: number): Promise<void> {
  await withClient(mongoUri, async (client) => {
    for (const name of ['visitorEntries', 'photos']) {
      const found = await client.db(database).collection(name).countDocuments()
      if (found !== size) throw new Error(`${found} of ${size} documents reached ${name}.`)
    }
  })
}
