import { storageContract } from '../../testing/storage-contract/storage-contract.ts'
import { createMemoryStorage } from './memory-storage.ts'

storageContract('memory', async (options) => {
  const storage = createMemoryStorage(options)
  return {
    storage,
    otherServer: storage,
    quarantined: async () => storage.quarantined(),
    close: async () => {},
  }
})
