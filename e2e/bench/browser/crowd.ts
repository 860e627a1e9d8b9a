/** Visitors and their visits as the server of a large society holds them after two months. */
import type { ObjectId } from 'mongodb'
import type { VisitorEntry } from '@chowki/shared/collections/visitor-entries.ts'
import type { Visitor } from '@chowki/shared/collections/visitors.ts'
import type { WireDocument } from '@chowki/shared/protocol/messages.ts'
import { withClient } from '../frame/server.ts'
import { benchCaller, newId, withDatabase } from '../frame/society.ts'
import { createVisitSource } from '../node/visits.ts'
import type { BenchServer } from '../workload.ts'

export interface KioskCrowd {
  /** Adds so many visitors, and visits of whoever there is by then; all of them in the server's sequence. */
  add(part: { readonly visitors: number; readonly visits: number }): Promise<void>
  /** The nth that was added. */
  visitor(n: number): Pick<Visitor, 'name' | 'phone'>
  /** Of the nth visit: each has its own. */
  vehicleNumber(n: number): string
}

const firstNames = ['Ravi', 'Sunita', 'Deepak', 'मीना', 'Lakshmi', 'Imran', 'Gurpreet', 'முருகன்', 'Anita']
const lastNames = ['Kumar', 'Sharma', 'Rao', 'देवी', 'Nair', 'Shaikh', 'Singh', 'ராஜன்', 'Das', 'Fernandes']
const perTransaction = 1_000

const nameOf = (n: number): string =>
  `${firstNames[n % firstNames.length] ?? ''} ${lastNames[Math.floor(n / 10) % lastNames.length] ?? ''} ${(n % 9_973).toString(36)}`
const phoneOf = (n: number): string => `+9198${String(10_000_000 + n * 7)}`
const vehicleNumber = (n: number): string => `KA${10 + (n % 89)}X${100_000 + n}`

export async function createCrowd(server: BenchServer): Promise<KioskCrowd> {
  const { societyId } = server
  const flatIds = await flatsOf(server)
  const source = createVisitSource({ ...server, deviceId: newId() })
  const visitorIds: string[] = []
  let visitCount = 0
  const makeVisitor = (n: number): Visitor => {
    const at = Date.now() - n
    return {
      _id: visitorIds[n] ?? '',
      societyId,
      name: nameOf(n),
      phone: phoneOf(n),
      createdAt: at,
      updatedAt: at,
    }
  }
  const ownVisits = (count: number, from: number): VisitorEntry[] =>
    source.take(count, from).map((visit, index) => {
      const n = from + index
      const flatId = flatIds[n % flatIds.length] ?? ''
      const vehicleDetails = { number: vehicleNumber(n), type: 'Car' as const }
      const visitorId = visitorIds[(n * 7) % visitorIds.length] ?? ''
      return { ...visit, visitorId, flatId, flatIds: [flatId], vehicleDetails }
    })
  return {
    async add({ visitors, visits }) {
      const firstVisitor = visitorIds.length
      visitorIds.push(...Array.from({ length: visitors }, newId))
      await insert(server, 'visitors', visitors, (count, from) =>
        Array.from({ length: count }, (_, index) => makeVisitor(firstVisitor + from + index)),
      )
      await insert(server, 'visitorEntries', visits, (count, from) => ownVisits(count, visitCount + from))
      visitCount += visits
    },
    visitor: (n) => ({ name: nameOf(n), phone: phoneOf(n) }),
    vehicleNumber,
  }
}

/** By the server's own records, so that kiosks hear of them as of any other write. */
async function insert(
  { mongoUri, database, societyId }: BenchServer,
  collection: 'visitors' | 'visitorEntries',
  total: number,
  make: (count: number, from: number) => readonly (Visitor | VisitorEntry)[],
): Promise<void> {
  await withDatabase(mongoUri, database, async ({ records }) => {
    for (let from = 0; from < total; from += perTransaction) {
      const documents = make(Math.min(perTransaction, total - from), from) as unknown as WireDocument[]
      await records.insert(benchCaller, societyId, collection, ...documents)
    }
  })
}

const flatsOf = ({ mongoUri, database }: BenchServer): Promise<string[]> =>
  withClient(mongoUri, async (client) => {
    const flats = await client.db(database).collection<{ _id: ObjectId }>('flats').find().toArray()
    return flats.map(({ _id }) => _id.toHexString())
  })
