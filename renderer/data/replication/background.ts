/**
 * What runs behind the guard once the kiosk is enrolled: replication, then photos, the site document, and the daily
 * comparison with the server. It starts at once and needs no network to start.
 */
import type { Report } from '../desk/trouble.ts'
import type { StatusKeeper } from '../kiosk-views.ts'
import type { Desk } from '../desk/open-desk.ts'
import { createPhotoUploader } from '../photos/photo-uploader.ts'
import type { PhotoUploader } from '../photos/photo-uploader.ts'
import { checkSentPhotos } from '../photos/sent-photos.ts'
import { startPhotoPruning } from '../photos/photo-pruning.ts'
import type { AskAgainParts } from '../photos/sent-photos.ts'
import type { Connection } from './connection.ts'
import { raiseEpoch } from './collection-sync.ts'
import type { UnsentParts } from './unsent-documents.ts'
import { startReplication } from './replication.ts'
import type { Replication } from './replication.ts'
import { toChowkiError } from './wire-error.ts'
import type { SiteDocument } from '@chowki/shared/protocol/device-api.ts'
import type { DeskStore } from '../desk/desk-store.ts'
import type { LiveSource } from '../desk/live.ts'

export interface BackgroundParts {
  readonly desk: Desk
  readonly connection: Connection
  readonly status: StatusKeeper
  readonly now: () => number
}

export interface Background {
  start(): void
  /** Starts, and resolves when guards can sign in offline. */
  first(onProgress: (done: number, total: number) => void): Promise<void>
  readonly standing: UnsentParts['standing']
  syncNow(): void
  photoKept(): void
  /** Rows of this collection do not open: the server's copies are fetched again. */
  fetchAgain(collection: string): void
  stop(): Promise<void>
}

export function createBackground(parts: BackgroundParts): Background {
  const { desk, connection, status, now } = parts
  const failed = (event: Parameters<Report>[0]) => (error: unknown) => desk.report(event, error)
  let starting: Promise<Replication> | null = null
  let running: Replication | null = null
  const isLineFree = createLineFree()
  const mayUsePhotoLine = (): boolean =>
    running !== null && connection.current().online && isLineFree(running)
  const uploader = createPhotoUploader({
    desk: desk.store,
    sealedPhotos: desk.photos,
    request: connection.request,
    report: desk.report,
    mayUpload: mayUsePhotoLine,
    onSent: desk.photoStates.sent,
    onRefused: (photoId) => {
      desk.photoStates.refused(photoId)
      void desk.quarantine.reload().catch(failed('storage.readRefused'))
    },
    now,
  })
  const sent: AskAgainParts = {
    desk: desk.store,
    request: connection.request,
    onLost(photoIds) {
      desk.photoStates.kept(photoIds)
      uploader.wake()
    },
  }
  const pruning = startPhotoPruning({ ...sent, report: desk.report, mayPrune: mayUsePhotoLine })
  const askSite = (): Promise<boolean> =>
    refreshSite({ report: desk.report, store: desk.store, site: desk.site, request: connection.request })
  const stopWatching = watchConnection(connection, uploader, status, () => {
    if (running !== null) void askSite()
  })
  const start = async (): Promise<Replication> => {
    starting ??= startReplication({
      desk,
      connection,
      now,
      onQuarantined: (collection, documentId, error) =>
        desk.quarantine.add(collection, documentId, toChowkiError(error)),
      checkPhotos: (signal) => checkSentPhotos(sent, signal),
      onIdle: uploader.wake,
      onHeardAll: status.heardAll,
    }).then((replication) => (running = replication))
    // A start that failed is no start: the next one tries again.
    starting.catch(() => (starting = null))
    return starting
  }
  return {
    start: () => void start().catch(failed('replication.start')),
    first: async (onProgress) => firstReplication(await start(), askSite, onProgress),
    standing: async (collection, ids) => (await running?.standing(collection, ids)) ?? new Map(),
    syncNow() {
      running?.reconnect()
      uploader.wake()
    },
    photoKept: uploader.wake,
    fetchAgain(collection) {
      if (running !== null) void running.startOver(collection).catch(failed('replication.startOver'))
      else void raiseEpoch(desk.store, collection).catch(failed('storage.raiseEpoch'))
    },
    async stop() {
      stopWatching()
      await pruning.stop()
      await uploader.close()
      // A start that failed has said so, and left nothing to stop.
      await (await starting?.catch(() => null))?.stop()
    },
  }
}

/** One collection that fails again and again must not keep the photos here for ever. */
function createLineFree(): (replication: Replication) => boolean {
  let freeAt = performance.now()
  return (replication) => {
    if (!replication.isBusy()) freeAt = performance.now()
    return performance.now() - freeAt > busyMs || !replication.isBusy()
  }
}
const busyMs = 60_000

function watchConnection(
  connection: Connection,
  uploader: PhotoUploader,
  status: StatusKeeper,
  onOnline: () => void,
): () => void {
  let wasOnline = false
  return connection.subscribe(() => {
    status.refresh()
    const { online } = connection.current()
    if (online && !wasOnline) {
      uploader.wake()
      onOnline()
    }
    wasOnline = online
  })
}

const siteRetryMs = 2_000

/** Without its site a desk knows neither gate nor society, so that counts as one part of the first replication. */
async function firstReplication(
  replication: Replication,
  askSite: () => Promise<boolean>,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  const site = { done: 0 }
  const collections = { done: 0, total: 0 }
  const tell = (): void => onProgress(site.done + collections.done, collections.total + 1)
  const asked = (async () => {
    while (!(await askSite())) await new Promise((resolve) => setTimeout(resolve, siteRetryMs))
    site.done = 1
    tell()
  })()
  await replication.awaitFirst((done, total) => {
    Object.assign(collections, { done, total })
    tell()
  })
  await asked
}

/** The site document, asked for by its ETag whenever the network comes back; kept on the desk. */
export interface SiteParts {
  readonly report: Report
  readonly store: DeskStore
  readonly site: LiveSource<SiteDocument | null>
  readonly request: (path: string, init?: RequestInit) => Promise<Response>
}

/** False where the server did not answer with a site; the one on the desk stays. */
export async function refreshSite({ report, store, site, request }: SiteParts): Promise<boolean> {
  try {
    const known = await store.site.get('site')
    const headers: Record<string, string> = known?.etag == null ? {} : { 'if-none-match': known.etag }
    const response = await request('/api/device/site', { headers })
    if (response.status === 304) return true
    if (!response.ok) return false
    const fresh = (await response.json()) as SiteDocument
    await store.site.put({ id: 'site', site: fresh, etag: response.headers.get('etag') })
    site.set(fresh)
    return true
  } catch (error) {
    // A network that breaks is shown as such; a disk that fails is not.
    if (!(error instanceof TypeError)) report('storage.keepSite', error)
    return false
  }
}
