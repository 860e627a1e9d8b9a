/** The disk under fake-indexeddb fails as Chromium's does when it is full: every database is closed, and none opens. */
import { forceCloseDatabase, IDBFactory, IDBObjectStore } from 'fake-indexeddb'
import { isDiskFailure } from '../../data/desk/disk.ts'

export interface FailingDisk {
  /** Closes what is open; until `mend` nothing opens. */
  fail(): void
  /** The next write to a database of this name's beginning fails, and all stay open. */
  failOnce(database: string): void
  /** The write that `failOnce` was about has failed. */
  hasFailed(): boolean
  mend(): void
}

export function createFailingDisk(): FailingDisk {
  const opened = new Set<unknown>()
  let isFull = false
  let once: string | null = null
  const { open } = IDBFactory.prototype
  const { put } = IDBObjectStore.prototype
  IDBFactory.prototype.open = function openUnlessFull(...args: Parameters<typeof open>) {
    if (isFull) throw new DOMException('the disk is full', 'UnknownError')
    const request = open.apply(this, args)
    request.addEventListener('success', () => opened.add(request.result))
    return request
  }
  IDBObjectStore.prototype.put = function putUnlessFull(...args: Parameters<typeof put>) {
    if (once !== null && this.transaction.db.name.startsWith(once)) {
      once = null
      throw new DOMException('the disk is full', 'QuotaExceededError')
    }
    return put.apply(this, args)
  }
  return {
    fail() {
      isFull = true
      for (const database of opened) forceCloseDatabase(database as Parameters<typeof forceCloseDatabase>[0])
      opened.clear()
    },
    failOnce: (database) => void (once = database),
    hasFailed: () => once === null,
    mend: () => void (isFull = false),
  }
}

/**
 * In a page, a rejection that nobody waits for is an event of the window; in Node it ends the process. Until the returned
 * function is called, those of the disk are such events here; all others go where they went.
 */
export function hearAsInPage(): () => void {
  const page = new EventTarget()
  const former = process.listeners('unhandledRejection')
  const { addEventListener, removeEventListener } = globalThis
  process.removeAllListeners('unhandledRejection')
  process.on('unhandledRejection', (reason, promise) => {
    if (isDiskFailure(reason)) page.dispatchEvent(Object.assign(new Event('unhandledrejection'), { reason }))
    else for (const listener of former) listener(reason, promise)
  })
  globalThis.addEventListener = page.addEventListener.bind(page)
  globalThis.removeEventListener = page.removeEventListener.bind(page)
  return () => {
    Object.assign(globalThis, { addEventListener, removeEventListener })
    process.removeAllListeners('unhandledRejection')
    for (const listener of former) process.on('unhandledRejection', listener)
  }
}
