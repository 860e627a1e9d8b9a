/**
 * RxDB's pull handler. RxDB asks for the next page while it still writes the one before, and stores the next
 * page's checkpoint even if that write failed: the page is then lost for ever (trap 9). So a page is handed over
 * only when the page before it, and its checkpoint, are written; after a failure the cycle ends and begins again
 * from the checkpoint on disk. The network does not wait meanwhile: one page is fetched ahead.
 */
import type { Checkpoint, PullRequest, PullResponse, WireDocument } from '@chowki/shared/protocol/messages.ts'
import { canonicalJson } from '@chowki/shared/domain/canonical-json.ts'
import { postJson } from './post-json.ts'
import type { SyncRequest } from './post-json.ts'
import type { PullModifier } from './push-handler.ts'
import type { PushLog } from './push-log.ts'
import type { PushesUnderWay } from './pushes-under-way.ts'
import type { WriteEchoes } from './write-echoes.ts'

export interface PullHandlerParts {
  readonly request: SyncRequest
  readonly path: string
  readonly schemaVersion: number
  readonly fromWire: PullModifier
  /** Awaited before RxDB is given a page. */
  readonly writeEchoes: WriteEchoes
  readonly pushLog: PushLog
  readonly pushesUnderWay: PushesUnderWay
  readonly onServerTime: (serverTime: number, roundTripMs: number) => void
  /** A document of the server's that this replica cannot hold; its neighbours go on. */
  readonly onUnusable: (documentId: string, cause: unknown) => void
  /** Everything that the server had when it answered is written. */
  readonly onCaughtUp: () => void
  /** Asks RxDB for a new cycle; `soon` after a failure, else at once. */
  readonly startCycle: (when: 'soon' | 'now') => void
  readonly signal: AbortSignal
}

export interface PullHandler {
  handle(checkpoint: Checkpoint | undefined, limit: number): Promise<HandedPage>
  /** The checkpoint is on disk, and with it all that came before it. */
  checkpointWritten(checkpoint: Checkpoint): void
  /** RxDB has a page of which it has not told that all is on disk. */
  isWriting(): boolean
  /** A push of this document was answered since the page that RxDB is writing was found to be fresh. */
  isOvertaken(documentId: string): boolean
  /** Something failed while writing; `refusedId`: the one document that the replica's own schema refuses. */
  writeFailed(cause: unknown, refusedId?: string): void
}

interface HandedPage {
  readonly documents: WireDocument[]
  readonly checkpoint: Checkpoint | undefined
}

interface Page {
  readonly documents: WireDocument[]
  readonly checkpoint: Checkpoint
  readonly isLast: boolean
  /** By the push log, when it was asked for. */
  readonly askedAt: number
}

interface FreshPage extends Page {
  /** By the push log, when it was found that no push had overtaken it. */
  readonly freshAt: number
}

/** A page that RxDB is writing. */
interface Writing {
  readonly page: FreshPage
  readonly outcome: Promise<boolean>
  readonly settle: (written: boolean) => void
}

export function createPullHandler(parts: PullHandlerParts): PullHandler {
  const fetcher = createPageFetcher(parts)
  const usable = createUsable(parts)
  let writing: Writing | undefined

  /** True when RxDB may be given what comes after this checkpoint. */
  async function isWritten(checkpoint: Checkpoint | undefined): Promise<boolean> {
    if (!writing || !checkpoint || !isSame(writing.page.checkpoint, checkpoint)) return true
    return writing.outcome
  }

  function handOver(page: FreshPage): void {
    const { promise: outcome, resolve: settle } = Promise.withResolvers<boolean>()
    writing = { page, outcome, settle }
    void outcome.then((written) => {
      if (parts.signal.aborted) return
      if (!written) parts.startCycle('soon')
      else if (page.isLast) parts.onCaughtUp()
    })
  }

  async function usableOf(page: Page): Promise<WireDocument[]> {
    const documents = await usable.filter(page.documents)
    const refused = await parts.writeEchoes(documents)
    for (const document of page.documents) {
      const { cause } = refused.find(({ documentId }) => documentId === document._id) ?? {}
      if (cause !== undefined) usable.leaveOut(document, cause)
    }
    return documents.filter(({ _id }) => refused.every(({ documentId }) => documentId !== _id))
  }

  parts.signal.addEventListener('abort', () => writing?.settle(false))

  return {
    async handle(checkpoint, limit) {
      const endOfCycle = { documents: [], checkpoint }
      if (!(await isWritten(checkpoint))) {
        fetcher.forget()
        return endOfCycle
      }
      for (let after = checkpoint; ;) {
        const page = await fetcher.nextFresh(after, limit)
        const documents = await usableOf(page)
        if (documents.length > 0) {
          handOver(page)
          if (!page.isLast) fetcher.fetchAhead(page.checkpoint, limit)
          // RxDB takes a short page for the last one.
          if (!page.isLast && documents.length < limit) parts.startCycle('now')
          return { documents, checkpoint: page.checkpoint }
        }
        if (page.isLast) {
          parts.onCaughtUp()
          return endOfCycle
        }
        after = page.checkpoint
      }
    },
    checkpointWritten(checkpoint) {
      if (!writing || !isSame(writing.page.checkpoint, checkpoint)) return
      writing.settle(true)
      // Also where something had failed before (RxDB's metadata, a push at the same time): the page is on disk, the next
      // cycle begins after it, and to wait for it again would be for ever.
      writing = undefined
    },
    isWriting: () => writing !== undefined,
    isOvertaken: (documentId) =>
      writing !== undefined && parts.pushLog.hasAnySince(writing.page.freshAt, [documentId]),
    writeFailed(cause, refusedId) {
      const refused = writing?.page.documents.find((document) => document._id === refusedId)
      if (refused) usable.leaveOut(refused, cause)
      writing?.settle(false)
    },
  }
}

/** Fetches one page ahead, while the one before is written. */
function createPageFetcher(parts: PullHandlerParts) {
  let ahead: { readonly after: Checkpoint; readonly limit: number; readonly page: Promise<Page> } | undefined

  async function fetchPage(after: Checkpoint | undefined, limit: number): Promise<Page> {
    const askedAt = parts.pushLog.moment()
    const body: PullRequest = { schemaVersion: parts.schemaVersion, checkpoint: after ?? null, limit }
    const posted = await postJson<PullResponse>(parts.request, `${parts.path}/pull`, body, parts.signal)
    const { documents, checkpoint, serverTime } = posted.value
    parts.onServerTime(serverTime, posted.roundTripMs)
    return { documents, checkpoint, isLast: documents.length < limit, askedAt }
  }

  function next(after: Checkpoint | undefined, limit: number): Promise<Page> {
    const fetched = ahead
    ahead = undefined
    if (fetched && after && isSame(fetched.after, after) && fetched.limit === limit) return fetched.page
    return fetchPage(after, limit)
  }

  async function nextSettled(after: Checkpoint | undefined, limit: number): Promise<Page> {
    const page = await next(after, limit)
    await parts.pushesUnderWay.settled(page.documents)
    return page
  }

  const isOvertaken = ({ askedAt, documents }: Page): boolean => {
    const ids = documents.map(({ _id }) => _id)
    return parts.pushLog.hasAnySince(askedAt, ids)
  }

  return {
    fetchAhead(after: Checkpoint, limit: number): void {
      const page = fetchPage(after, limit)
      // Reported when it is asked for; never, if the cycle ends before.
      page.catch(() => undefined)
      ahead = { after, limit, page }
    },
    async nextFresh(after: Checkpoint | undefined, limit: number): Promise<FreshPage> {
      let page = await nextSettled(after, limit)
      // Bounded: a replica that edits one document without a pause must hear of the others. An edit may overtake a page
      // twice, by a conflict and by the push that follows from it.
      for (let again = 0; again < 6 && isOvertaken(page); again++) page = await nextSettled(after, limit)
      return { ...page, freshAt: parts.pushLog.moment() }
    },
    forget(): void {
      ahead = undefined
    },
  }
}

/** Leaves out what this replica cannot hold, until the server has another content for it. */
function createUsable({ fromWire, onUnusable }: PullHandlerParts) {
  const contentById = new Map<string, string>()

  function leaveOut(document: WireDocument, cause: unknown): void {
    const content = canonicalJson(document)
    if (contentById.get(document._id) === content) return
    contentById.set(document._id, content)
    onUnusable(document._id, cause)
  }

  return {
    leaveOut,
    async filter(documents: readonly WireDocument[]): Promise<WireDocument[]> {
      const usable = await Promise.all(
        documents.map(async (document) => {
          if (contentById.has(document._id) && contentById.get(document._id) === canonicalJson(document)) {
            return undefined
          }
          try {
            return await fromWire({ ...document })
          } catch (cause) {
            leaveOut(document, cause)
            return undefined
          }
        }),
      )
      return usable.filter((document) => document !== undefined)
    },
  }
}

const isSame = (a: Checkpoint, b: Checkpoint) => a.lineage === b.lineage && a.seq === b.seq
