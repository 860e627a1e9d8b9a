/**
 * Is the simulation worth anything? Each trap of `sync/SPEC.md` is put back, by `known-traps.ts` and the patches of this
 * file alone, and must be noticed within the stated number of seeds.
 */
import { Subject } from 'rxjs'
import { enforceOptions } from 'broadcast-channel'
import { defaultConflictHandler } from 'rxdb'
import { afterEach, expect, test, vi } from 'vitest'
import type { ConflictRounds } from '../../sync/client/conflict-rounds.ts'
import type { PullHandler, PullHandlerParts } from '../../sync/client/pull-handler.ts'
import { postJson } from '../../sync/client/post-json.ts'
import type { WriteEchoes } from '../../sync/client/write-echoes.ts'
import type { PullResponse } from '@chowki/shared/protocol/messages.ts'
import { runScript } from './run-script.ts'
import { scriptOf } from './script.ts'
import { traps } from './known-traps.ts'
import type { Sabotage, World } from './world.ts'

// RxDB's own channel between pages, and its election by the runtime's locks, without input and output.
enforceOptions({ type: 'simulate' })

/** Which trap is open, and in which run. */
const open = vi.hoisted(() => ({ trap: 0, world: undefined as unknown }))
afterEach(() => {
  open.trap = 0
})

/** RxDB's handler as it would be without a thought: no page waits for the one before to be written. */
const careless = ({ request, path, schemaVersion, signal }: PullHandlerParts): PullHandler => ({
  async handle(checkpoint, limit) {
    const body = { schemaVersion, checkpoint: checkpoint ?? null, limit }
    return (await postJson<PullResponse>(request, `${path}/pull`, body, signal)).value
  },
  checkpointWritten: () => {},
  isWriting: () => false,
  isOvertaken: () => false,
  writeFailed: () => {},
})

/** No page waits for the answer to a push. */
const impatient = (parts: PullHandlerParts): PullHandlerParts => ({
  ...parts,
  pushesUnderWay: { ...parts.pushesUnderWay, settled: async () => {} },
})

vi.mock('../../sync/client/pull-handler.ts', async (original) => {
  const real = await original<typeof import('../../sync/client/pull-handler.ts')>()
  const createPullHandler = (parts: PullHandlerParts) => {
    if (open.trap === 9) return careless(parts)
    const handler = real.createPullHandler(open.trap === 17 ? impatient(parts) : parts)
    return open.trap === 18 ? { ...handler, isWriting: () => false } : handler
  }
  return { ...real, createPullHandler }
})
vi.mock('../../sync/client/conflict-rounds.ts', async (original) => {
  const real = await original<typeof import('../../sync/client/conflict-rounds.ts')>()
  const never: ConflictRounds = { settle: async () => {} }
  const createConflictRounds = (options: Parameters<typeof real.createConflictRounds>[0]) =>
    open.trap === 7 ? never : real.createConflictRounds(options)
  return { ...real, createConflictRounds }
})
vi.mock('../../sync/client/push-handler.ts', async (original) => {
  const real = await original<typeof import('../../sync/client/push-handler.ts')>()
  const createPushHandler = (parts: Parameters<typeof real.createPushHandler>[0]) =>
    real.createPushHandler(open.trap === 13 ? { ...parts, readCurrent: async () => new Map() } : parts)
  return { ...real, createPushHandler }
})
vi.mock('../../sync/client/write-echoes.ts', async (original) => {
  const real = await original<typeof import('../../sync/client/write-echoes.ts')>()
  const never: WriteEchoes = async () => []
  const createWriteEchoes = (collection: Parameters<typeof real.createWriteEchoes>[0]) =>
    open.trap === 14 ? never : real.createWriteEchoes(collection)
  return { ...real, createWriteEchoes }
})
vi.mock('../../sync/client/keep-origin.ts', async (original) => {
  const real = await original<typeof import('../../sync/client/keep-origin.ts')>()
  const keepOriginOfInserts: typeof real.keepOriginOfInserts = async (collection, state) => {
    if (open.trap !== 15) await real.keepOriginOfInserts(collection, state)
  }
  return { ...real, keepOriginOfInserts }
})
vi.mock('../../sync/client/push-log.ts', async (original) => {
  const real = await original<typeof import('../../sync/client/push-log.ts')>()
  const createPushLog = () =>
    open.trap === 16 ? { ...real.createPushLog(), hasAnySince: () => false } : real.createPushLog()
  return { ...real, createPushLog }
})
vi.mock('../../sync/client/refuse-unsafe.ts', async (original) => {
  const real = await original<typeof import('../../sync/client/refuse-unsafe.ts')>()
  const refuseUnsafe: typeof real.refuseUnsafe = (collection) => {
    if (open.trap !== 11) real.refuseUnsafe(collection)
  }
  return { ...real, refuseUnsafe }
})
// Events instead of nudges.
vi.mock('../../sync/client/nudge-stream.ts', async (original) => {
  const real = await original<typeof import('../../sync/client/nudge-stream.ts')>()
  const createNudgeStream = (options: Parameters<typeof real.createNudgeStream>[0]) =>
    open.trap === 3 ? { reconnect: () => {}, close: () => {} } : real.createNudgeStream(options)
  return { ...real, createNudgeStream }
})
vi.mock('rxdb/plugins/replication', async (original) => {
  const real = await original<typeof import('rxdb/plugins/replication')>()
  const replicateRxCollection = (options: ReplicationOptions) =>
    real.replicateRxCollection({
      ...options,
      ...(isOpen3(options) ? { pull: withEvents(options) } : {}),
      ...(open.trap === 11 ? { waitForLeadership: true } : {}),
    } as never)
  return { ...real, replicateRxCollection }
})

interface ReplicationOptions {
  readonly collection: { readonly name: string; readonly database: { readonly name: string } }
  readonly pull: object
}

/** Where the events would also show what a gate may not see, that would be noticed first. */
const isOpen3 = ({ collection }: ReplicationOptions): boolean =>
  open.trap === 3 && collection.name !== 'users' && (open.world as World).script.schemaVersion === 0

/** Events that carry what was committed, and the checkpoint after it, over a line that loses some. */
function withEvents({ collection, pull }: ReplicationOptions): object {
  const world = open.world as World
  const events = new Subject<unknown>()
  const partition = world.devices.get(collection.database.name.split('-')[0] ?? '') ?? ''
  let told = 0
  world.storage.onCommit((changed, names) => {
    if (changed !== partition || !names.includes(collection.name)) return
    void world.storage.changesAfter(partition, collection.name, told, 100).then(async (rows) => {
      const { lineage } = await world.storage.head(partition)
      told = rows.at(-1)?.seq ?? told
      const documents = rows.map(({ deleted, document }) => ({ ...document, _deleted: deleted }))
      if (world.random.chance(0.7)) events.next({ documents, checkpoint: { lineage, seq: told } })
    })
  })
  return { ...pull, stream$: events }
}

const scripts = [...new Set(traps.flatMap(({ script }) => script ?? []))].map((script) => ({
  name: script.name,
  script,
}))

test.each(scripts)('$name finds nothing where no trap is open', { timeout: 240_000 }, async ({ script }) => {
  for (const seed of [1, 2, 3]) expect((await runScript(script(seed))).violations).toEqual([])
})

test('trap 11 is noticed for the page that hangs: one that is alone leads and replicates', async () => {
  open.trap = 11
  const { steps, ...rest } = scriptOf(1)
  const script = { ...rest, steps: steps.filter((step) => step.do !== 'killGate') }
  expect((await runScript(script, { severalPages: true })).violations).toEqual([])
})

test.each(traps)('trap $trap is noticed within $within seeds: $what', { timeout: 240_000 }, async (one) => {
  const { script = scriptOf, sign = '' } = one
  open.trap = one.trap
  const sabotage: Sabotage = {
    ...one.sabotage,
    ...(one.trap === 6 ? { conflictHandler: defaultConflictHandler } : {}),
    storage(storage, world) {
      open.world = world
      return one.sabotage.storage?.(storage, world) ?? storage
    },
  }
  let seed = 0
  let isNoticed = false
  while (!isNoticed && seed < one.within) {
    seed += 1
    const { violations } = await runScript(script(seed), sabotage)
    isNoticed = violations.some((violation) => violation.includes(sign))
  }
  expect(isNoticed, `not noticed in ${one.within} seeds`).toBe(true)
})
