/**
 * What every adapter of `SyncStorage` must keep, run unchanged on each. Only tests import it.
 * A harness gives a fresh, empty store with the collections `things` and `people`, whose documents have
 * `_id`, `ownerId` (the partition) and free fields; `kind` is the field for scopes.
 */
import { afterEach, describe } from 'vitest'
import type { ContractStore, ContractStoreOptions } from './contract-store.ts'
import { documentsContract } from './documents.ts'
import { logContract } from './log.ts'
import { numberingContract } from './numbering.ts'
import { pagesContract } from './pages.ts'
import { partitionsContract } from './partitions.ts'
import { transactionsContract } from './transactions.ts'

export type OpenContractStore = (options: ContractStoreOptions) => Promise<ContractStore>

export function storageContract(name: string, open: OpenContractStore): void {
  describe(`storage contract: ${name}`, () => {
    const opened: ContractStore[] = []
    const openStore = async (options: ContractStoreOptions = {}) => {
      const store = await open(options)
      opened.push(store)
      return store
    }
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((store) => store.close()))
    })

    numberingContract(openStore)
    partitionsContract(openStore)
    transactionsContract(openStore)
    documentsContract(openStore)
    logContract(openStore)
    pagesContract(openStore)
  })
}
