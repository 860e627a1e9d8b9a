/** The operating system's keyring behind one small interface, whichever half of `safeStorage` this Electron has. */
import { safeStorage } from 'electron'

export interface Keyring {
  /** The keyring's name, or null where the system has none. */
  readonly name: () => Promise<string | null>
  readonly seal: (plain: string) => Promise<Buffer>
  /** Rejects where the keyring is locked, was replaced, or the text was changed. */
  readonly unseal: (sealed: Buffer) => Promise<string>
}

const keyringNameOf = (platform: NodeJS.Platform): string => {
  if (platform === 'darwin') return 'keychain'
  if (platform === 'win32') return 'dpapi'
  return safeStorage.getSelectedStorageBackend()
}

// `basic_text` seals with a password that is part of Chromium's source: that is no keyring.
const isReal = (name: string): boolean => name !== 'basic_text' && name !== 'unknown'

// The synchronous half is deprecated in Electron 45 and gone in 46; older builds have nothing else.
const hasAsync = (): boolean => typeof safeStorage.encryptStringAsync === 'function'

const isAvailable = async (): Promise<boolean> =>
  hasAsync() ? await safeStorage.isAsyncEncryptionAvailable() : safeStorage.isEncryptionAvailable()

export const createKeyring = (platform: NodeJS.Platform): Keyring => ({
  name: async () => {
    const name = keyringNameOf(platform)
    return isReal(name) && (await isAvailable()) ? name : null
  },
  seal: async (plain) =>
    hasAsync() ? await safeStorage.encryptStringAsync(plain) : safeStorage.encryptString(plain),
  unseal: async (sealed) =>
    hasAsync() ? (await safeStorage.decryptStringAsync(sealed)).result : safeStorage.decryptString(sealed),
})
