/**
 * One page per database: RxDB is told that nobody else writes (`multiInstance: false`), which a second tab of the
 * browser kiosk would make untrue. The browser frees the lock of a page that dies.
 */
export interface PageLock {
  release(): void
}

/** Null where another page has it. A host without locks has one page only. */
export async function takePageLock(name: string): Promise<PageLock | null> {
  if (typeof navigator === 'undefined' || navigator.locks === undefined) return { release: () => undefined }
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(name, { ifAvailable: true }, (lock) => {
        if (lock === null) {
          resolve(null)
          return undefined
        }
        return new Promise<void>((free) => resolve({ release: free }))
      })
      .catch(reject)
  })
}
