/** The same work on a server with ten times the history, and on one with ten times the societies: what does it cost? */
import { createHash } from 'node:crypto'
import type { VisitorEntry } from '@chowki/shared/collections/visitor-entries.ts'
import { documentHash } from '@chowki/shared/domain/canonical-json.ts'
import type { Checkpoint, PullResponse } from '@chowki/shared/protocol/messages.ts'
import { postJson } from '../../../sync-server/sync/client/post-json.ts'
import type { SyncRequest } from '../../../sync-server/sync/client/post-json.ts'
import { benchCaller, newId, withDatabase } from '../frame/society.ts'
import type { BenchContext, RowPlan, Sample, Workload } from '../workload.ts'
import { requestAs, visitsDefinition } from './replica.ts'
import { asWire, createVisitSource } from './visits.ts'
import type { VisitPlace } from './visits.ts'

const works = ['push', 'pull', 'list', 'find'] as const
type Work = (typeof works)[number]
const titles: Readonly<Record<Work, string>> = {
  push: 'push of 500 new visits',
  pull: 'pull of the newest 500 visits',
  list: 'page of 500 visits in mid-history',
  find: '500 visits found by id and compared',
}

const rounds = 15
const path = '/api/sync/visitorEntries'
const perRequest = 500
const [visitCount, growth] = [10_000, 10]

const rowOf = (work: Work, grown: string, than: string): RowPlan => ({
  name: `${titles[work]}, ${grown}`,
  unit: 'ms',
  better: 'lower',
  limit: than,
  goal: { ratio: 1.2 },
})
const rowsOf = (grown: string, than: string): Readonly<Record<Work, RowPlan>> => ({
  push: rowOf('push', grown, than),
  pull: rowOf('pull', grown, than),
  list: rowOf('list', grown, than),
  find: rowOf('find', grown, than),
})
const inHistory = rowsOf('among 100,000', 'the same among 10,000')
const inSocieties = rowsOf('10 societies', 'the same with 1 society')

export const growthWorkload: Workload = {
  name: 'growth',
  rows: [...Object.values(inHistory), ...Object.values(inSocieties)],
  repeats: 1,
  async run(context) {
    const unit = context.isQuick ? visitCount / 10 : visitCount
    const small = await openSite(context, [unit])
    const old = await openSite(context, [unit * growth])
    const many = await openSite(
      context,
      Array.from({ length: growth }, () => unit),
    )
    context.note(
      `growth: three servers with ${unit.toLocaleString('en')} visits of one society, ten times as many, and ten societies of as many; each work over HTTP by one device, in turn on each of them, ${rounds} times. Finding by id is a page of a desk’s daily check, which compares hashes; that the check’s first page also has all visits counted is not in the figure.`,
    )
    const samples: Sample[] = []
    for (let round = -1; round < rounds; round += 1) {
      for (const work of works) {
        const [base, withHistory, withSocieties] = [
          await small[work](),
          await old[work](),
          await many[work](),
        ]
        // The first round is for servers that have just started.
        if (round < 0) continue
        samples.push({ name: inHistory[work].name, ours: withHistory, limit: base })
        samples.push({ name: inSocieties[work].name, ours: withSocieties, limit: base })
      }
    }
    return samples
  },
}

/** Each work once, in milliseconds. */
type Site = Readonly<Record<Work, () => Promise<number>>>

/** `counts`: visits of each society; the device is the first one's. */
async function openSite(context: BenchContext, counts: readonly number[]): Promise<Site> {
  const server = await context.startServer()
  const device = await server.enrol('Bench desk')
  const request = requestAs(server, device)
  const place = { societyId: server.societyId, gateId: server.gateId, deviceId: device.deviceId }
  await withDatabase(server.mongoUri, server.database, async ({ records }) => {
    for (const [index, count] of counts.entries()) {
      const partition = index === 0 ? place.societyId : newId()
      for (const visits of history({ ...place, societyId: partition }, count)) {
        if (context.signal.aborted) throw new Error('stopped')
        const writes = asWire(visits)
        await records.insert(benchCaller, partition, 'visitorEntries', ...writes)
      }
    }
  })
  return toSite(request, place, counts[0] ?? 0)
}

function* history(place: VisitPlace, count: number): Generator<VisitorEntry[]> {
  const source = createVisitSource(place)
  const batch = 1_000
  for (let from = 0; from < count; from += batch) yield source.take(batch, from)
}

function toSite(request: SyncRequest, place: VisitPlace, count: number): Site {
  const source = createVisitSource(place)
  const pullAfter = (checkpoint: Checkpoint | null) =>
    postJson<PullResponse>(request, `${path}/pull`, { schemaVersion, checkpoint, limit: perRequest })
  const timed = async <T>(work: () => Promise<T>, isRight: (answer: T) => boolean): Promise<number> => {
    const startedAt = performance.now()
    const answer = await work()
    const tookMs = performance.now() - startedAt
    if (!isRight(answer)) throw new Error('the server gave another answer than was asked for')
    return tookMs
  }
  const isFull = ({ value }: { value: PullResponse }): boolean => value.documents.length === perRequest
  const at = async (seq: number): Promise<Checkpoint> => {
    const { value } = await pullAfter(null)
    return { ...value.checkpoint, seq }
  }
  return {
    async push() {
      const rows = asWire(source.take(perRequest)).map((newDocumentState) => ({ newDocumentState }))
      const body = { schemaVersion, sentAt: Date.now(), rows }
      return timed(
        () => postJson<{ results: { status: string }[] }>(request, `${path}/push`, body),
        ({ value }) => value.results.every(({ status }) => status === 'stored'),
      )
    },
    async pull() {
      // Of what was there at first; what is pushed in between comes after it.
      const checkpoint = await at(count - perRequest)
      return timed(() => pullAfter(checkpoint), isFull)
    },
    async list() {
      const checkpoint = await at(Math.floor(count / 2))
      return timed(() => pullAfter(checkpoint), isFull)
    },
    async find() {
      const { value } = await pullAfter(await at(Math.floor(count / 3)))
      const rows = value.documents.map((document) => ({ id: document._id, hash: hashOf(document) }))
      const body = { schemaVersion, rows }
      const compare = () => postJson<{ missing: string[] }>(request, `${path}/reconcile`, body)
      // A check's first page has the society's visits counted, which reads them all; the count then holds.
      await compare()
      return timed(compare, (answer) => answer.value.missing.length === 0)
    },
  }
}

const { version: schemaVersion } = visitsDefinition

const hashOf = (document: Readonly<Record<string, unknown>>): string =>
  documentHash(visitsDefinition, document, (text) => createHash('sha256').update(text).digest('hex'))
