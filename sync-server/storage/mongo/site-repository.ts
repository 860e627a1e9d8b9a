import { ObjectId } from 'mongodb'
import type { Db } from 'mongodb'
import type { SiteRepository, SocietyRow, SocietySettings } from '../../site/site-repository.ts'

interface SocietyDocument {
  _id: ObjectId
  name: string
  timeZone?: string
  settings?: Partial<SocietySettings>
  _deleted?: boolean
}

interface NamedDocument {
  _id: ObjectId
  societyId: ObjectId
  name: string
  _deleted?: boolean
}

/** Where a society says nothing. */
const defaultTimeZone = 'Asia/Kolkata'
const live = { _deleted: { $ne: true } } as const

export function createSiteRepository(database: Db): SiteRepository {
  const societies = database.collection<SocietyDocument>('societies')
  const named = (collection: 'gates' | 'blocks', societyId: string) =>
    database
      .collection<NamedDocument>(collection)
      .find({ societyId: new ObjectId(societyId), ...live })
      .sort({ name: 1 })
      .toArray()
  return {
    async society(societyId) {
      const row = await societies.findOne({ _id: new ObjectId(societyId), ...live })
      return row && toSociety(row)
    },
    async societies() {
      const rows = await societies.find(live).sort({ name: 1 }).toArray()
      return rows.map(toSociety)
    },
    async gates(societyId) {
      const rows = await named('gates', societyId)
      return rows.map((row) => ({ gateId: row._id.toHexString(), name: row.name, societyId }))
    },
    async blocks(societyId) {
      const rows = await named('blocks', societyId)
      return rows.map((row) => ({ blockId: row._id.toHexString(), name: row.name }))
    },
  }
}

const toSociety = ({ _id, name, timeZone, settings }: SocietyDocument): SocietyRow => ({
  societyId: _id.toHexString(),
  name,
  timeZone: timeZone ?? defaultTimeZone,
  settings: {
    asksTemperature: settings?.asksTemperature ?? false,
    asksMask: settings?.asksMask ?? false,
    overstayMinutes: settings?.overstayMinutes ?? {},
  },
})
