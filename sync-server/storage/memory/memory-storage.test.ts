import { storageContract } from '../storage-contract.ts'
import { createMemoryStorage } from './memory-storage.ts'

storageContract('memory', async (options) => {
  const storage = createMemoryStorage(options)
  return { storage, quarantined: async () => storage.quarantined(), close: async () => {} }
})
