/** All that one run has in common: time, chance, the servers' storage, what was acknowledged, and what went wrong. */
import { createMemoryStorage } from '../../storage/memory/memory-storage.ts'
import type { MemoryStorage } from '../../storage/memory/memory-storage.ts'
import { StoreUnavailable } from '../../storage/storage.ts'
import { createMemoryPlaces } from '../../storage/memory/memory-places.ts'
import type { ReplicatedCollection } from '../../sync/replicated-collection.ts'
import { followerTiming } from '../../followers/follower.ts'
import { startFollowers } from '../../followers/start-followers.ts'
import type { Followers } from '../../followers/start-followers.ts'
import { followPersonLinks } from '../../gate/people/person-links.ts'
import { createRecords } from '../../records/records.ts'
import type { whoIsIt } from '@chowki/shared/domain/people/who-is-it.ts'
import { createAuditCipher } from '../../records/audit-cipher.ts'
import { createJournal } from '../../records/journal.ts'
import { guardReplicas } from '../../records/records-transaction.ts'
import { createRandom } from '../../demo/random.ts'
import type { Random } from '../../demo/random.ts'
import { toReplicatedCollection } from '../../gate/sync/kiosk-sync.ts'
import { collectionNamesOf, definitionsOf } from './collections.ts'
import { createLedger } from './ledger.ts'
import type { Ledger } from './ledger.ts'
import type { Script } from './script.ts'
import { createSimulatedServer } from './simulated-server.ts'
import type { SimulatedServer } from './simulated-server.ts'
import type { VirtualTime } from './virtual-time.ts'

/** Faults as they happened, by name. */
export type Coverage = Record<string, number>

/** What a test may undo, to see whether the simulation notices. */
export interface Sabotage {
  readonly storage?: (storage: MemoryStorage, world: World) => MemoryStorage
  readonly collection?: (collection: ReplicatedCollection) => ReplicatedCollection
  /** Options of each gate's replication, by collection. */
  readonly replication?: (options: object) => object
  readonly conflictHandler?: object
  /** What a gate believes of its clock at its start. */
  readonly clockIsSound?: true
  /** A gate's database is open to several pages; the page of a killed gate hangs instead, and holds what it held. */
  readonly severalPages?: true
  /** Of people: servers that link nobody, guards with another rule of who somebody is, exits that end one visit. */
  readonly people?: {
    readonly linksNobody?: true
    readonly whoIsIt?: typeof whoIsIt
    readonly endsOneVisit?: true
  }
  /** Awaited before a guard's action counts as done. */
  readonly beforeDone?: (replications: readonly { awaitInSync(): Promise<unknown> }[]) => Promise<unknown>
}

export interface World {
  readonly script: Script
  readonly time: VirtualTime
  /** For lines, disks and commits. */
  readonly random: Random
  readonly storage: MemoryStorage
  readonly servers: readonly SimulatedServer[]
  readonly societies: readonly string[]
  readonly ledger: Ledger
  readonly coverage: Coverage
  readonly violations: string[]
  readonly sabotage: Sabotage
  /** Source (device) -> its society; a revoked one is not in it. */
  readonly devices: Map<string, string>
  /** Societies of which a commit is under way that takes long. */
  readonly slowCommits: ReadonlyMap<string, object>
  /** False at the end, so that all can settle. */
  isFaulty: boolean
  requests: number
  pushes: number
  /** What the same seed must do in the same order. */
  trace(line: string): void
  traceHash(): string
  count(fault: string): void
  violate(what: string): void
  newId(): string
}

export const idOf = (kind: number, index: number): string =>
  kind.toString(16).padStart(8, '0') + index.toString(16).padStart(16, '0')

export function createWorld(script: Script, time: VirtualTime, sabotage: Sabotage): World {
  const random = createRandom(`world:${script.seed}`)
  const coverage: Coverage = {}
  const violations: string[] = []
  const devices = new Map<string, string>()
  const slowCommits = new Map<string, { isOvertaken: boolean }>()
  let hash = 0x811c9dc5
  let ids = 0
  const memory = createMemoryStorage({
    journal: createJournal({ cipher: createAuditCipher([Buffer.alloc(32, 7)]), now: () => time.now() }),
    newLineage: () => idOf(9, ++ids),
    beforeCommit: async (partition) => {
      if (!world.isFaulty || !random.chance(script.slowCommit)) return
      world.count('slow commit')
      const serversBefore = world.servers.map((server) => server.lives)
      const commit = { isOvertaken: false }
      slowCommits.set(partition, commit)
      await new Promise((resolve) => setTimeout(resolve, random.integer(20, 4_000)))
      slowCommits.delete(partition)
      if (commit.isOvertaken) world.count('slow commit overtaken')
      // The database gives up what a dead server had under way, unless it was committing already.
      const died = world.servers.some((server, index) => server.lives !== serversBefore[index])
      if (died && random.chance(0.5)) throw new StoreUnavailable('the server died before its commit')
    },
  })
  const plain: MemoryStorage = {
    ...memory,
    changesAfter(...page) {
      // By a page that is read meanwhile; other writes of the society wait for it (STORE-2).
      const commit = slowCommits.get(page[0])
      if (commit) commit.isOvertaken = true
      return memory.changesAfter(...page)
    },
  }
  const collections = collectionNamesOf(script).map((name) => {
    const collection = toReplicatedCollection(definitionsOf(script.schemaVersion)[name])
    return sabotage.collection?.(collection) ?? collection
  })
  const world: World = {
    script,
    time,
    random,
    slowCommits,
    storage: plain,
    servers: [],
    societies: [idOf(1, 1), idOf(1, 2)],
    ledger: createLedger(),
    coverage,
    violations,
    sabotage,
    devices,
    isFaulty: true,
    requests: 0,
    pushes: 0,
    trace(line) {
      const text = `${time.now()} ${line}\n`
      for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0
    },
    traceHash: () => hash.toString(16).padStart(8, '0'),
    count: (fault) => void (coverage[fault] = (coverage[fault] ?? 0) + 1),
    violate(what) {
      if (violations.length < 20 && !violations.includes(what)) violations.push(what)
    },
    newId: () => idOf(7, ++ids),
  }
  const storage = sabotage.storage?.(plain, world) ?? plain
  const replicas = guardReplicas(storage)
  const followers =
    script.people === true && !sabotage.people?.linksNobody
      ? linkingFollowers(world, storage, random)
      : undefined
  const servers = Array.from({ length: script.servers }, (_, index) =>
    createSimulatedServer({
      index,
      time,
      storage: replicas,
      collections,
      ...(followers ? { followers } : {}),
      identify(authorization) {
        const source = authorization.replace('Bearer ', '')
        const partition = devices.get(source)
        return partition === undefined ? undefined : { partition, source }
      },
    }),
  )
  return Object.assign(world, { storage, servers })
}

/** The product's own follower; the places are in the store that the servers share. */
function linkingFollowers(world: World, storage: MemoryStorage, { next }: Random): () => Followers {
  // Timers of random length make fractions; no clock of a server does.
  const now = () => Math.floor(world.time.now())
  const places = createMemoryPlaces({ heads: storage.heads, now })
  const records = createRecords({ storage, now })
  return () =>
    startFollowers({
      storage,
      places,
      followers: [followPersonLinks(records, now)],
      timing: followerTiming,
      schedule(ms, work) {
        const timer = setTimeout(work, ms)
        return () => clearTimeout(timer)
      },
      random: next,
      describe: String,
      onFailure({ error }) {
        if (!(error instanceof StoreUnavailable)) world.violate(`a follower failed: ${String(error)}`)
      },
      onLookFailed: () => undefined,
    })
}
