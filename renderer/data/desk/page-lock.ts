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

/**
 * When the disk runs low Chromium clears the storage of pages that did not ask to keep it, and what the server does
 * not have yet lies there (P1). Never awaited: no guard waits for the answer, and a refusal leaves all as it is.
 */
export function askForLastingStorage(): void {
  const { storage } = navigator as { readonly storage?: StorageManager }
  // Refused or failed, it is as it was before.
  void storage?.persist().catch(() => undefined)
}
