/**
 * The daily check against the server, by ids and hashes: finds what no replication reports, because it believes
 * itself in sync. What the server lacks or holds otherwise is touched, so that RxDB pushes it with its own base and
 * a true three-way merge; nothing is ever overwritten here. Runs in pages, in the background, at any time.
 */
import type { RxCollection, RxDocument } from 'rxdb'
import { canonicalJson } from '@chowki/shared/domain/canonical-json.ts'
import { limits } from '@chowki/shared/protocol/messages.ts'
import type { ReconcileRequest, ReconcileResponse, WireDocument } from '@chowki/shared/protocol/messages.ts'
import { postJson } from './post-json.ts'
import type { SyncRequest } from './post-json.ts'
import type { PushModifier } from './push-handler.ts'

export interface ReconcileOptions<RxDocType> {
  readonly collection: RxCollection<RxDocType>
  readonly request: SyncRequest
  readonly path?: string
  /** As given to the replication: the wire form is what both sides hash. */
  readonly modifier?: PushModifier
  /** Top-level fields that the server owns or withholds: not compared. */
  readonly notCompared: readonly string[]
  /**
   * A change of content that means nothing, e.g. `{ updatedAt: now }`: RxDB does not push what is equal. Leave out for
   * a collection that this replica only reads.
   */
  readonly touch?: () => Partial<RxDocType>
  /** Documents that the server has refused for good. */
  readonly isQuarantined?: (id: string) => boolean
  readonly pageSize?: number
  /** Between the two looks: what was on its way at the first has arrived at the second. Default 5 s. */
  readonly settleMs?: number
  readonly signal?: AbortSignal
}

export interface ReconcileReport {
  readonly compared: number
  /** Ids that the server still lacked, or held otherwise, at the second look. */
  readonly missing: readonly string[]
  readonly different: readonly string[]
  /** Ids that were touched: they are pushed now. */
  readonly pushedAgain: readonly string[]
  /** The server has documents that this replica lacks (or, where it only reads, others): pull from the beginning. */
  readonly pullAgain: boolean
}

interface Look {
  readonly missing: Set<string>
  readonly different: Set<string>
  readonly compared: number
  /** Not compared, and held by the server perhaps. */
  readonly leftOut: number
  readonly serverCount: number
}

const defaultPageSize = 1_000

export async function reconcileWithServer<RxDocType>(
  options: ReconcileOptions<RxDocType>,
): Promise<ReconcileReport> {
  const { collection, touch, signal, settleMs = 5_000 } = options
  const first = await lookAtAll(options)
  const lacks = (look: Look) => look.serverCount > look.compared - look.missing.size + look.leftOut
  const suspects = [...first.missing, ...first.different]
  if (suspects.length === 0 && !lacks(first)) return toReport(first, [], false)

  await pause(settleMs, signal)
  // A count can only be judged over all; a few suspects only by themselves.
  const second = lacks(first) ? await lookAtAll(options) : await lookAt(options, suspects)
  const still = [...second.missing, ...second.different].filter((id) => suspects.includes(id))
  if (touch) for (const id of still) await touchOne(collection, id, touch)
  const readsOnly = !touch && second.different.size > 0
  return toReport(second, touch ? still : [], readsOnly || (lacks(first) && lacks(second)), first.compared)
}

const toReport = (
  look: Look,
  pushedAgain: readonly string[],
  pullAgain: boolean,
  compared = look.compared,
) => ({
  compared,
  missing: [...look.missing],
  different: [...look.different],
  pushedAgain,
  pullAgain,
})

async function lookAtAll<RxDocType>(options: ReconcileOptions<RxDocType>): Promise<Look> {
  const { pageSize = defaultPageSize } = options
  const total = {
    missing: new Set<string>(),
    different: new Set<string>(),
    compared: 0,
    leftOut: 0,
    serverCount: 0,
  }
  let after = ''
  for (;;) {
    const page = await readPage(options.collection, after, Math.min(pageSize, limits.reconcileRowsMax))
    const look = await compare(options, page)
    look.missing.forEach((id) => total.missing.add(id))
    look.different.forEach((id) => total.different.add(id))
    total.compared += look.compared
    total.leftOut += look.leftOut
    total.serverCount = look.serverCount
    const last = page.at(-1)
    if (!last || page.length < pageSize) return total
    after = last.primary
  }
}

async function lookAt<RxDocType>(
  options: ReconcileOptions<RxDocType>,
  ids: readonly string[],
): Promise<Look> {
  const found = await options.collection.findByIds(ids.slice(0, limits.reconcileRowsMax)).exec()
  return compare(options, [...found.values()])
}

function readPage<RxDocType>(collection: RxCollection<RxDocType>, after: string, limit: number) {
  const primary = collection.schema.primaryPath
  const query = { selector: { [primary]: { $gt: after } }, sort: [{ [primary]: 'asc' }], limit }
  return collection.find(query as never).exec() as Promise<RxDocument<RxDocType>[]>
}

async function compare<RxDocType>(
  options: ReconcileOptions<RxDocType>,
  documents: readonly RxDocument<RxDocType>[],
): Promise<Look> {
  const { collection, request, path = '/api/sync', signal } = options
  const hashed = await Promise.all(documents.map((document) => toRow(options, document)))
  const rows = hashed.filter((row) => row !== undefined)
  const body: ReconcileRequest = { schemaVersion: collection.schema.version, rows }
  const address = `${path}/${collection.name}/reconcile`
  const { value } = await postJson<ReconcileResponse>(request, address, body, signal)
  return {
    missing: new Set(value.missing),
    different: new Set(value.different),
    compared: rows.length,
    leftOut: documents.length - rows.length,
    serverCount: value.liveCount,
  }
}

async function toRow<RxDocType>(
  { modifier = (document) => document, notCompared, isQuarantined }: ReconcileOptions<RxDocType>,
  document: RxDocument<RxDocType>,
) {
  const id = document.primary
  if (isQuarantined?.(id)) return undefined
  const wire = await modifier(document.toMutableJSON() as unknown as WireDocument)
  if (wire === null) return undefined
  const leftOut = new Set([...notCompared, '_deleted', '_rev', '_meta', '_attachments'])
  const compared = Object.fromEntries(Object.entries(wire).filter(([name]) => !leftOut.has(name)))
  return { id, hash: await sha256Hex(canonicalJson(compared)) }
}

async function sha256Hex(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

async function touchOne<RxDocType>(
  collection: RxCollection<RxDocType>,
  id: string,
  touch: () => Partial<RxDocType>,
): Promise<void> {
  const document = await collection.findOne(id).exec()
  await document?.incrementalPatch(touch())
}

const pause = (ms: number, signal: AbortSignal | undefined) =>
  new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    signal?.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason as Error)
    })
  })
