/**
 * When the disk runs low Chromium clears the storage of pages that did not ask to keep it, and what the server does
 * not have yet lies there (P1). Never awaited: no guard waits for the answer, and a refusal leaves all as it is.
 */
export function askForLastingStorage(): void {
  const { storage } = navigator as { readonly storage?: StorageManager }
  // Refused or failed, it is as it was before.
  void storage?.persist().catch(() => undefined)
}
