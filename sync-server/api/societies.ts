/** Which societies there are: one that is not would be made by the first audit entry about it. */
import type { Records } from '../records/records.ts'

export type Societies = (societyId: string) => Promise<boolean>

export function createSocieties(records: Records): Societies {
  // A society is never removed, so only what is not known is asked for.
  const known = new Set<string>()
  return async (societyId) => {
    if (known.has(societyId)) return true
    const [found] = await records.find(societyId, 'societies', { _id: societyId }, { limit: 1 })
    if (found) known.add(societyId)
    return found !== undefined
  }
}
