/**
 * What puts each trap of `sync/SPEC.md` back, as far as a run takes it as an argument; the rest is patched in
 * `traps.test.ts`. `within` leaves room beside what it takes today.
 */
import type { MemoryStorage } from '../../storage/memory/memory-storage.ts'
import { StoreUnavailable } from '../../storage/storage.ts'
import type { WireDocument } from '@chowki/shared/protocol/messages.ts'
import type { Script } from './script.ts'
import {
  editsAmongLatePages,
  erasuresAmongSlowAnswers,
  killsAmongPages,
  restartsAmongEdits,
  restartsAmongPages,
} from './trap-scripts.ts'
import type { Sabotage, World } from './world.ts'

/** A row's number is given before it can be read: rows with higher numbers are seen first. */
function numberedBeforeCommit(storage: MemoryStorage, world: World): MemoryStorage {
  const visibleFrom = new Map<string, number>()
  storage.onCommit((partition) => {
    if (world.isFaulty && world.random.chance(0.4)) {
      void storage
        .head(partition)
        .then(({ seq }) => visibleFrom.set(`${partition}/${seq}`, world.time.now() + 3_000))
    }
  })
  return {
    ...storage,
    async changesAfter(partition, collection, after, limit, scope) {
      const rows = await storage.changesAfter(partition, collection, after, 1_000, scope)
      const isVisible = ({ seq }: { seq: number }) =>
        (visibleFrom.get(`${partition}/${seq}`) ?? 0) <= world.time.now()
      return rows.filter(isVisible).slice(0, limit)
    },
  }
}

const withOptions =
  (change: (options: Options) => object): NonNullable<Sabotage['replication']> =>
  (options) => ({ ...options, ...change(options as Options) })
interface Options {
  readonly push?: { readonly modifier: (document: WireDocument) => WireDocument }
}

export interface Trap {
  readonly trap: number
  readonly what: string
  readonly within: number
  readonly sabotage: Sabotage
  /** Where the seeds of `npm test` meet it too rarely. */
  readonly script?: (seed: number) => Script
  /** What a violation must say, where the script is a hard one also without the trap. */
  readonly sign?: string
}

export const traps: readonly Trap[] = [
  { trap: 1, what: 'nobody asks whether the clock went back', within: 160, sabotage: { clockIsSound: true } },
  {
    trap: 2,
    what: 'a number is given outside of its transaction',
    within: 60,
    sabotage: { storage: numberedBeforeCommit },
  },
  {
    trap: 3,
    what: 'events carry documents and a checkpoint',
    within: 20,
    sabotage: {},
  },
  {
    trap: 4,
    what: 'the server gives shorter pages than it was asked for',
    within: 10,
    sabotage: {
      storage: (storage) => ({
        ...storage,
        changesAfter: (partition, collection, after, limit, scope) =>
          storage.changesAfter(partition, collection, after, limit === 2 ? 1 : limit, scope),
      }),
    },
  },
  {
    trap: 5,
    what: 'a bad row fails its whole batch',
    within: 10,
    sabotage: {
      collection: (collection) => ({
        ...collection,
        validate(document, partition) {
          const judged = collection.validate(document, partition)
          if (!judged.ok) throw new StoreUnavailable('bad row')
          return judged
        },
      }),
    },
  },
  {
    trap: 6,
    what: 'stamps are compared, and RxDB’s own handler drops what conflicts',
    within: 10,
    sabotage: {
      collection: (collection) => ({ ...collection, serverOwned: [] }),
    },
  },
  { trap: 7, what: 'conflicts are pushed again without a pause', within: 250, sabotage: {} },
  {
    trap: 8,
    what: 'what a gate frees from its disk is deleted everywhere',
    within: 160,
    sabotage: {
      collection: (collection) => ({ ...collection, replicaDeletes: true }),
      replication: withOptions(({ push }) => (push ? { push: { ...push, deletions: 'send' } } : {})),
    },
  },
  { trap: 9, what: 'no page waits for the one before', within: 100, sabotage: {} },
  {
    trap: 10,
    what: 'a guard waits for the network',
    within: 10,
    sabotage: { beforeDone: (states) => Promise.all(states.map((state) => state.awaitInSync())) },
  },
  {
    trap: 11,
    what: 'replication waits for the leadership, which a page that hangs has',
    within: 10,
    sign: 'is not on the server',
    sabotage: { severalPages: true },
  },
  {
    trap: 12,
    what: 'photos travel in their documents',
    within: 10,
    sabotage: {
      replication: withOptions(({ push }) => {
        const withPhoto = (document: WireDocument) => ({
          ...push?.modifier(document),
          _attachments: { photo: { data: 'A'.repeat(90_000) } },
        })
        return push ? { push: { ...push, modifier: withPhoto } } : {}
      }),
    },
  },
  {
    trap: 13,
    what: 'what was read before a pull is pushed after it',
    within: 150,
    script: restartsAmongEdits,
    sign: 'as it was before',
    sabotage: {},
  },
  { trap: 14, what: 'RxDB passes over what it takes for an unsent edit', within: 40, sabotage: {} },
  {
    trap: 15,
    what: 'RxDB’s mark of what it has pulled is lost with every insert',
    within: 20,
    script: killsAmongPages,
    sabotage: {},
  },
  {
    trap: 16,
    what: 'a page that is older than a push is written over what was pushed',
    within: 10,
    script: editsAmongLatePages,
    sabotage: {},
  },
  {
    trap: 17,
    what: 'a page that is newer than a push comes before its answer',
    within: 10,
    script: erasuresAmongSlowAnswers,
    sabotage: {},
  },
  {
    trap: 18,
    what: 'a replication begins while the one before still writes a page',
    within: 40,
    script: restartsAmongPages,
    sabotage: {},
  },
]
