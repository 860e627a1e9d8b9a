/**
 * For tests: judges every command that a server sends to MongoDB. A query must name one society, as an equality in
 * its filter or its first stage, an inserted document must have one, and an update may not move a document to another
 * (P6, and sharding by society). What is not known here, a command or a stage, is a violation until it is.
 */
import { isDeepStrictEqual } from 'node:util'
import { ObjectId } from 'mongodb'
import type { CommandStartedEvent, Document } from 'mongodb'

export type SeenCommand = Pick<CommandStartedEvent, 'commandName' | 'command'>

export interface SocietyWatch {
  readonly see: (seen: SeenCommand) => void
  /** What named no society: command, collection and the filter's keys, never a value. */
  readonly violations: ReadonlySet<string>
  /** Commands on data by `<command> <collection>`. */
  readonly judged: ReadonlySet<string>
  /** Reasons of the exceptions that were needed. */
  readonly excepted: ReadonlySet<string>
}

interface Exception {
  readonly command: 'find' | 'aggregate'
  /** Any, where it is left out. */
  readonly collection?: string
  readonly allows: (command: Document) => boolean
  readonly reason: string
}

const hasOnly = (filter: unknown, keys: readonly string[]): boolean =>
  Object.keys(filter ?? {}).every((key) => keys.includes(key))

export const exceptions: readonly Exception[] = [
  {
    command: 'find',
    collection: 'enrolmentCodes',
    allows: ({ filter }) => hasOnly(filter, ['_id']) && typeof (filter as Document)['_id'] === 'string',
    reason: 'who types an enrolment code knows no society yet: the code, by its keyed hash, tells it',
  },
  {
    command: 'find',
    collection: 'syncHeads',
    allows: ({ filter }) => hasOnly(filter, []),
    reason: 'the list of the societies that have a history',
  },
  {
    command: 'find',
    collection: 'followerPlaces',
    allows: ({ filter }) => hasOnly(filter, []),
    reason: 'how far each follower has come in each society: names and numbers',
  },
  {
    command: 'find',
    allows: ({ filter, projection }) =>
      isDeepStrictEqual(projection, { _id: 1 }) &&
      isDeepStrictEqual(filter, {
        _id: { $in: (filter as Document)['_id']?.$in },
        societyId: { $ne: (filter as Document)['societyId']?.$ne },
      }),
    reason: 'which ids of refused rows are in use elsewhere: ids alone are asked for and shown',
  },
  {
    command: 'aggregate',
    collection: 'syncHeads',
    allows: ({ pipeline }) =>
      listOf(pipeline).every((stage, index) =>
        Object.hasOwn(stage, index === 0 ? '$changeStream' : '$match'),
      ),
    reason: 'one stream tells of the commits of other servers; it carries a society and names of collections',
  },
]

/** They hold no query on data, or go on with one that was judged. */
const beside = new Set(
  `hello ping create collMod createIndexes dropIndexes listCollections listIndexes dropDatabase
   getMore killCursors endSessions commitTransaction abortTransaction`.split(/\s+/),
)

export function createSocietyWatch(): SocietyWatch {
  const violations = new Set<string>()
  const judged = new Set<string>()
  const excepted = new Set<string>()
  return {
    violations,
    judged,
    excepted,
    see(seen) {
      for (const { commandName, command } of eachOfBulk(seen)) {
        if (beside.has(commandName)) continue
        const collection = String(command[commandName])
        judged.add(`${commandName} ${collection}`)
        const misses = judge(commandName, collection, command)
        if (misses.length === 0) continue
        const exception = exceptions.find(
          ({ command: name, collection: of = collection, allows }) =>
            name === commandName && of === collection && allows(command),
        )
        if (exception) excepted.add(exception.reason)
        else for (const miss of misses) violations.add(`${commandName} ${collection}: ${miss}`)
      }
    },
  }
}

/** The writes of one command over several collections, each as the command that it would be alone. */
function eachOfBulk(seen: SeenCommand): SeenCommand[] {
  const { ops, nsInfo } = seen.command
  if (seen.commandName !== 'bulkWrite' || listOf(ops).length === 0) return [seen]
  return listOf(ops).map(({ insert, update, document, filter, updateMods }) => {
    const { ns = '' } = listOf(nsInfo)[Number(insert ?? update)] ?? {}
    const collection = String(ns).replace(/^[^.]*\./, '')
    if (insert !== undefined)
      return { commandName: 'insert', command: { insert: collection, documents: [document] } }
    const updates = [{ q: filter, u: updateMods }]
    return update === undefined ? seen : { commandName: 'update', command: { update: collection, updates } }
  })
}

/** What is wrong, one line each. */
function judge(commandName: string, collection: string, command: Document): string[] {
  switch (commandName) {
    case 'find':
      return judgeFilter(collection, command['filter'])
    case 'count':
    case 'distinct':
    case 'findAndModify':
      return [...judgeFilter(collection, command['query']), ...judgeChange(command['update'])]
    case 'delete':
      return judgeEach(command['deletes'], ({ q }) => judgeFilter(collection, q))
    case 'update':
      return judgeEach(command['updates'], ({ q, u }) => [
        ...judgeFilter(collection, q),
        ...judgeChange(u, q as Document),
      ])
    case 'insert':
      return judgeEach(command['documents'], (document) => judgeFilter(collection, document))
    case 'aggregate':
      return judgePipeline(collection, command['pipeline'])
    default:
      return ['a command that is not known here']
  }
}

/** No write is without one: an empty list is a form of the command that is not known here. */
const judgeEach = (parts: unknown, judgeOne: (part: Document) => string[]): string[] =>
  listOf(parts).length > 0 ? listOf(parts).flatMap(judgeOne) : ['a write that cannot be read here']

/** A head is its partition's, and has it as `_id`; a follower's place has it in its `_id`. */
function namesSociety(collection: string, { _id, societyId }: Document): boolean {
  if (collection === 'syncHeads') return typeof _id === 'string'
  if (collection === 'followerPlaces') return typeof (_id as Document | undefined)?.['partition'] === 'string'
  return societyId instanceof ObjectId
}

function judgeFilter(collection: string, filter: unknown): string[] {
  const asked = (filter ?? {}) as Document
  return namesSociety(collection, asked) ? [] : [`{ ${Object.keys(asked).join(', ')} }`]
}

/** An update keeps the society that the filter named. */
function judgeChange(change: unknown, filter?: Document): string[] {
  if (change === undefined) return []
  if (Array.isArray(change)) return change.flatMap(judgeStage)
  const operators = Object.entries(change as Document)
  if (!operators.some(([name]) => name.startsWith('$'))) {
    const kept = (change as Document)['societyId'] as ObjectId | undefined
    return kept?.equals(filter?.['societyId'] as ObjectId) === true
      ? []
      : ['a replacement of another society']
  }
  const moves = operators.some(
    ([name, fields]) => name === '$rename' || Object.hasOwn(fields as Document, 'societyId'),
  )
  return moves ? ['an update of societyId'] : []
}

/** Of an update by a pipeline, which may do the same as `$set` does, by MongoDB's clock. */
const judgeStage = (stage: Document): string[] =>
  hasOnly(stage, ['$set']) ? judgeChange(stage) : ['an update by a pipeline, which is not judged here']

const harmlessStages = new Set(
  '$documents $match $project $group $sort $limit $skip $count $set $addFields $unset $unwind'.split(' '),
)

function judgePipeline(collection: string, pipeline: unknown): string[] {
  const stages = listOf(pipeline)
  const later = stages.flatMap((stage) => {
    const [name = ''] = Object.keys(stage)
    if (name === '$lookup') {
      const { from, pipeline: inner } = stage['$lookup'] as Document
      return judgePipeline(String(from), inner).map((miss) => `$lookup ${String(from)}: ${miss}`)
    }
    return harmlessStages.has(name) ? [] : [`a stage that is not known here: ${name}`]
  })
  // Documents that the command itself brings: none of a collection is asked for.
  if (stages[0] && Object.hasOwn(stages[0], '$documents')) return later
  return [...judgeFilter(collection, stages[0]?.['$match']), ...later]
}

const listOf = (value: unknown): Document[] => (Array.isArray(value) ? (value as Document[]) : [])
