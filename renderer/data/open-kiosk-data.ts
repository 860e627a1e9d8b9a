/**
 * The kiosk's data as its screens see it. Composition only: the desk opens, tells its stage, and replicates in the
 * background; every action waits for the desk to be open and for nothing else.
 */
import { createReport } from './desk/trouble.ts'
import type { ChowkiError, ErrorCode } from '@chowki/shared/errors/codes.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import { createObjectId, objectIdRandomBytes } from '@chowki/shared/domain/object-id.ts'
import type { KioskPlatform } from '../platform/platform.ts'
import type { KioskData } from './kiosk-data.ts'
import { createDiskKeeper, tryDisk } from './desk/disk.ts'
import type { DiskTiming } from './desk/disk.ts'
import { openKiosk } from './kiosk.ts'
import type { OpenKiosk } from './kiosk.ts'
import { createKioskViews } from './kiosk-views.ts'
import { findPeople } from './people/find-people.ts'

export interface KioskDataOptions {
  readonly platform: KioskPlatform
  /** Two databases begin with this name. */
  readonly databaseName?: string
  readonly now?: () => number
  readonly newId?: () => string
  readonly diskTiming?: DiskTiming
}

/** What a disk that has room again can be the answer to. */
const mayMend: ReadonlySet<ErrorCode> = new Set(['device_storage_failed', 'secure_store_unavailable'])

/** RxDB's own queues tell nobody else when a write that nobody waits for has failed. */
function hearUnhandled(onRejection: (cause: unknown) => void): () => void {
  const listen = ({ reason }: PromiseRejectionEvent): void => onRejection(reason)
  globalThis.addEventListener?.('unhandledrejection', listen)
  return () => globalThis.removeEventListener?.('unhandledrejection', listen)
}

export function openKioskData(options: KioskDataOptions): KioskData {
  const now = options.now ?? Date.now
  const views = createKioskViews()
  const databaseName = options.databaseName ?? 'chowki'
  const note = createReport({ log: options.platform.log, newest: views.trouble, now })
  const disk = createDiskKeeper({
    freeBytes: async () => (await options.platform.diagnostics()).freeDiskBytes,
    tryWrite: () => tryDisk(databaseName),
    reopen,
    reload: () => globalThis.location?.reload(),
    ...(options.diskTiming === undefined ? {} : { timing: options.diskTiming }),
  })
  const open = async (): Promise<Result<OpenKiosk, ChowkiError>> => {
    const opened = await openKiosk({
      report(event, cause, collection) {
        note(event, cause, collection)
        disk.failed(cause)
      },
      disk: disk.state,
      onDiskLost: disk.mend,
      views,
      now,
      platform: options.platform,
      databaseName,
      newId: options.newId ?? (() => newObjectId(now())),
    })
    if (!opened.ok && mayMend.has(opened.error.code)) disk.mend()
    return opened
  }
  const stopHearing = hearUnhandled(disk.failed)
  let opening = open()
  async function reopen(): Promise<boolean> {
    const before = opening
    opening = before.then(async (kiosk) => {
      if (kiosk.ok) await kiosk.value.abandon()
      return open()
    })
    return (await opening).ok
  }
  const withKiosk = async <T>(
    work: (kiosk: OpenKiosk) => Promise<Result<T, ChowkiError>>,
  ): Promise<Result<T, ChowkiError>> => {
    const kiosk = await opening
    return kiosk.ok ? work(kiosk.value) : kiosk
  }
  const orElse = async <T>(otherwise: T, read: (kiosk: OpenKiosk) => Promise<T> | T): Promise<T> => {
    const kiosk = await opening
    return kiosk.ok ? read(kiosk.value) : otherwise
  }
  return {
    ...views,
    enrol: (serverUrl, code) => withKiosk((kiosk) => kiosk.enrol(serverUrl, code)),
    enrolAgain: (code) => withKiosk((kiosk) => kiosk.enrolAgain(code)),
    signIn: (userId, pin) => withKiosk((kiosk) => kiosk.signIn(userId, pin)),
    signOut: () => orElse(undefined, (kiosk) => kiosk.signOut()),
    findPeople: (term, limit) => orElse([], (kiosk) => findPeople(kiosk.findParts, term, limit)),
    findFlats: (term, limit) => orElse([], (kiosk) => kiosk.desk.flats.find(term, limit)),
    letIn: (visit) => withKiosk((kiosk) => kiosk.actions.letIn(visit)),
    undoLetIn: (entryId) => withKiosk((kiosk) => kiosk.actions.undoLetIn(entryId)),
    letOut: (entryId) => withKiosk((kiosk) => kiosk.actions.letOut(entryId)),
    undoLetOut: (exit) => withKiosk((kiosk) => kiosk.actions.undoLetOut(exit)),
    correctVisitor: (correction) => withKiosk((kiosk) => kiosk.actions.correctVisitor(correction)),
    photoUrl: (photoId) => orElse(null, (kiosk) => kiosk.photoUrls.url(photoId)),
    saveDiagnostics: (userId, pin) => withKiosk((kiosk) => kiosk.saveDiagnostics(userId, pin)),
    syncNow: () => void orElse(undefined, (kiosk) => kiosk.syncNow()),
    close() {
      stopHearing()
      disk.stop()
      return orElse(undefined, (kiosk) => kiosk.close())
    },
  }
}

const newObjectId = (now: number): string =>
  createObjectId(now, crypto.getRandomValues(new Uint8Array(objectIdRandomBytes)))
