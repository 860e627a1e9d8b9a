import { placesContract } from '../../testing/places-contract.ts'
import { createMemoryPlaces } from './memory-places.ts'
import { createMemoryStorage } from './memory-storage.ts'

placesContract('memory', async () => {
  const storage = createMemoryStorage()
  let now = 1_000
  const places = createMemoryPlaces({ heads: storage.heads, now: () => now })
  const pass = async (ms: number) => void (now += ms)
  return { places, otherServer: places, storage, pass, close: async () => {} }
})
