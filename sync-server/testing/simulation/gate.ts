/** One gate: a disk that outlives its programs, and the program that replicates it as a kiosk does. */
import { createConflictHandler } from '@chowki/shared/domain/merge.ts'
import { onlyKnown } from '@chowki/shared/projections/pick-fields.ts'
import { toRxdbSchema } from '@chowki/shared/projections/to-rxdb-schema.ts'
import type { WireDocument } from '@chowki/shared/protocol/messages.ts'
import { newestWriteIsInFuture } from '../../sync/client/clock-guard.ts'
import { createNudgeStream } from '../../sync/client/nudge-stream.ts'
import { replicateToSyncServer } from '../../sync/client/replicate-to-sync-server.ts'
import type { SyncServerReplication } from '../../sync/client/replicate-to-sync-server.ts'
import { createSimulatedDisk, openSimulatedReplica } from '../replica/simulated-replica.ts'
import type {
  DiskFaults,
  ReplicaCollection,
  ReplicaDocument,
  SimulatedDisk,
  SimulatedReplica,
} from '../replica/simulated-replica.ts'
import { collectionNamesOf, definitionsOf } from './collections.ts'
import type { SimulatedCollectionName } from './collections.ts'
import { createLine } from './line.ts'
import type { SimulatedLine } from './line.ts'
import type { GateSetup } from './script.ts'
import type { Process } from './virtual-time.ts'
import { idOf } from './world.ts'
import type { World } from './world.ts'

/** From the start of a gate's program to its death. */
export interface Run {
  readonly process: Process
  readonly replica: SimulatedReplica
  readonly replications: Map<SimulatedCollectionName, SyncServerReplication<ReplicaDocument>>
  isAlive: boolean
  stop(): void
  reSync(): void
  restartReplication(): Promise<void>
}

export interface SimulatedGate {
  readonly index: number
  readonly name: string
  readonly society: string
  readonly schemaVersion: 0 | 1
  readonly line: SimulatedLine
  readonly epochs: Map<SimulatedCollectionName, number>
  skewMs: number
  /** Or on its way. */
  isUp: boolean
  disk: SimulatedDisk
  runs: number
  run: Run | undefined
  /** What ends the pages that are still there, though nothing goes on in them. */
  readonly endHanging: (() => void)[]
}

/** The look at the server that a kiosk takes every half minute, here rarer: most of it finds nothing. */
const reSyncEveryMs = 120_000
/** Small, so that a few documents make several pages. */
const batch = { pull: { batchSize: 2 }, push: { batchSize: 3 } }

export function createGate(world: World, index: number, setup: GateSetup): SimulatedGate {
  const { society, schemaVersion, protocol } = setup
  const name = `gate${index}`
  const societyId = world.societies[society] as string
  world.devices.set(name, societyId)
  return {
    index,
    name,
    society: societyId,
    schemaVersion,
    line: createLine({ world, source: name, society: societyId, schemaVersion, protocol }),
    epochs: new Map(),
    skewMs: 0,
    isUp: false,
    disk: createSimulatedDisk(diskFaults(world)),
    runs: 0,
    run: undefined,
    endHanging: [],
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

const diskFaults =
  (world: World): DiskFaults =>
  async (operation, context, work) => {
    const { random, script } = world
    if (!world.isFaulty) return work()
    const isOfPull = operation === 'write' && context.startsWith('replication-downstream')
    if (isOfPull && random.chance(script.disk.full)) {
      world.count('disk full')
      throw new Error('the disk is full')
    }
    if (!random.chance(script.disk.slow)) return work()
    world.count('slow disk')
    // Before or after the work: a program may die without knowing whether it was done.
    const isBefore = random.chance(0.5)
    const ms = random.chance(0.2) ? random.integer(100, 700) : random.integer(1, 60)
    if (isBefore) await pause(ms)
    const result = await work()
    if (!isBefore) await pause(ms)
    return result
  }

export async function startGate(world: World, gate: SimulatedGate): Promise<void> {
  if (gate.isUp) return
  gate.isUp = true
  gate.runs += 1
  const process: Process = { name: gate.name, skewMs: gate.skewMs }
  await world.time.run(process, async () => {
    const definitions = definitionsOf(gate.schemaVersion)
    const replica = await openSimulatedReplica(
      `${gate.name}-${gate.runs}`,
      gate.disk,
      Object.fromEntries(
        collectionNamesOf(world.script).map((name) => {
          // Encryption at rest is the kiosk's own storage wrapper; disks are plain here.
          const { encrypted: _, ...schema } = toRxdbSchema(definitions[name])
          const conflictHandler = world.sabotage.conflictHandler ?? createConflictHandler(definitions[name])
          return [name, { schema, conflictHandler: conflictHandler as never }]
        }),
      ),
      ...(world.sabotage.severalPages ? [gate.name] : []),
    )
    gate.run = await createRun(world, gate, process, replica)
  })
}

async function createRun(
  world: World,
  gate: SimulatedGate,
  process: Process,
  replica: SimulatedReplica,
): Promise<Run> {
  const replications: Run['replications'] = new Map()
  const raiseEpoch = (name: SimulatedCollectionName) =>
    gate.epochs.set(name, (gate.epochs.get(name) ?? 0) + 1)
  const collectionOf = (name: SimulatedCollectionName) => replica.collections[name] as ReplicaCollection

  function replicate(name: SimulatedCollectionName): void {
    const definition = definitionsOf(gate.schemaVersion)[name]
    const options = {
      collection: collectionOf(name),
      replicationIdentifier: `${name}-${gate.epochs.get(name) ?? 0}`,
      request: (path: string, init: RequestInit) =>
        run.isAlive ? gate.line.request(path, init) : Promise.reject(new Error('this program is dead')),
      pull: batch.pull,
      ...(definition.kiosk.writes === 'own'
        ? {
            push: {
              ...batch.push,
              modifier: (document: WireDocument) => onlyKnown(definition, document) as WireDocument,
            },
          }
        : {}),
      onTrouble: ({ trouble }: { trouble: string }) => {
        world.trace(`${gate.name} ${name} ${trouble}`)
        if (trouble === 'conflictLoop') world.count('conflict loop noticed')
        if (
          trouble === 'checkpointUnknown' ||
          (trouble === 'clockWentBack' && !world.sabotage.clockIsSound)
        ) {
          void change(name, () => raiseEpoch(name))
        }
      },
    }
    const isFirst = gate.runs === 1 && !replications.has(name)
    if (name === 'visitorEntries' && !isFirst) gate.line.noteRestart()
    const sabotaged = (world.sabotage.replication?.(options) ?? options) as typeof options
    replications.set(name, replicateToSyncServer<ReplicaDocument>(sabotaged))
  }

  // One change after the other, as in the kiosk: two replications of one collection would push over each other.
  let changing: Promise<void> = Promise.resolve()
  const change = (name: SimulatedCollectionName, prepare: () => void): Promise<void> => {
    changing = changing.then(async () => {
      await replications.get(name)?.cancel()
      if (!run.isAlive) return
      prepare()
      replicate(name)
    })
    return changing
  }

  const reSync = () => replications.forEach((replication) => replication.reSync())
  let nudges: { close(): void } | undefined
  let timer: unknown
  const run: Run = {
    process,
    replica,
    replications,
    isAlive: true,
    reSync,
    stop() {
      run.isAlive = false
      nudges?.close()
      clearInterval(timer as never)
      const end = () => world.time.run(process, replica.abandon)
      if (!world.sabotage.severalPages) return end()
      replica.hang()
      gate.endHanging.push(end)
    },
    async restartReplication() {
      for (const name of collectionNamesOf(world.script)) await change(name, () => {})
    },
  }
  for (const name of collectionNamesOf(world.script)) {
    const isOwn = definitionsOf(gate.schemaVersion)[name].kiosk.writes === 'own'
    if (
      isOwn &&
      !world.sabotage.clockIsSound &&
      (await newestWriteIsInFuture(collectionOf(name), Date.now()))
    ) {
      world.count('clock guard raised the epoch')
      raiseEpoch(name)
    }
    replicate(name)
  }
  watchNotes(world, gate, collectionOf('visitorEntries'))
  nudges = createNudgeStream({
    request: (path, init) => gate.line.request(path, init),
    onNudge: (names) => names.forEach((name) => replications.get(name as SimulatedCollectionName)?.reSync()),
    onOnline: reSync,
    onOffline: () => {},
    random: () => world.random.next(),
  })
  timer = setInterval(reSync, reSyncEveryMs)
  return run
}

/** What a guard has seen written does not go away, not even for a moment: what he writes next would be built on less (trap 16). */
function watchNotes(world: World, { name }: SimulatedGate, visits: ReplicaCollection): void {
  const seen = new Map<string, readonly string[]>()
  visits.$.subscribe(({ documentId, documentData }) => {
    const { notes } = documentData as { notes?: string }
    const lines = documentData._deleted ? [] : (notes?.split('\n') ?? [])
    const gone = documentData._deleted
      ? []
      : (seen.get(documentId) ?? []).filter((line) => !lines.includes(line))
    seen.set(documentId, lines)
    if (gone.length > 0) world.violate(`${name} saw ${gone.join()} vanish from visit ${documentId}`)
  })
}

/** As by pulling the plug: what the disk has is kept, nothing else. */
export function killGate(gate: SimulatedGate): void {
  const { run } = gate
  if (!run) return
  gate.run = undefined
  gate.isUp = false
  gate.disk = gate.disk.fork()
  run.stop()
}

/** Nothing is left of it. */
export function endGate(gate: SimulatedGate): void {
  killGate(gate)
  for (const end of gate.endHanging.splice(0)) end()
}

export const guardOf = (gate: SimulatedGate): string => idOf(3, gate.index)
