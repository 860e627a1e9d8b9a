/** A small society as a test needs it: two gates, a tower, a flat. Written through the records like any other data. */
import { randomBytes } from 'node:crypto'
import type { Records } from '../records/records.ts'

export interface TestSociety {
  readonly societyId: string
  readonly name: string
  readonly gateId: string
  readonly otherGateId: string
  readonly flatId: string
}

export const newId = (): string => randomBytes(12).toString('hex')

export async function writeTestSociety(records: Records, name: string, at: number): Promise<TestSociety> {
  const society = { societyId: newId(), name, gateId: newId(), otherGateId: newId(), flatId: newId() }
  const { societyId } = society
  const blockId = newId()
  const envelope = { societyId, createdAt: at, updatedAt: at }
  const gate = { ...envelope, isActive: true }
  const rows = {
    societies: [
      {
        ...envelope,
        _id: societyId,
        name,
        timeZone: 'Asia/Kolkata',
        settings: { overstayMinutes: { Delivery: 30 } },
      },
    ],
    gates: [
      { ...gate, _id: society.gateId, name: 'Main Gate' },
      { ...gate, _id: society.otherGateId, name: 'Service Gate' },
    ],
    blocks: [{ ...envelope, _id: blockId, name: 'A', floors: 4 }],
    flats: [{ ...envelope, _id: society.flatId, blockId, flatNumber: '101' }],
  }
  await records.write({ kind: 'system', id: 'test' }, societyId, async (transaction) => {
    for (const [collection, documents] of Object.entries(rows)) {
      transaction.insert(collection as keyof typeof rows, ...documents)
    }
  })
  return society
}
