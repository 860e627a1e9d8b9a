import { blocksCollection } from '@chowki/shared/collections/blocks.ts'
import { gatesCollection } from '@chowki/shared/collections/gates.ts'
import { defaultTimeZone, societiesCollection } from '@chowki/shared/collections/societies.ts'
import type { Society } from '@chowki/shared/collections/societies.ts'
import type { Db } from 'mongodb'
import type { SiteRepository, SocietyRow } from '../../gate/site/site-repository.ts'
import { listHeads } from './sync-heads.ts'
import { openTypedRows } from './typed-rows.ts'

const live = { _deleted: { $ne: true } } as const

export function createSiteRepository(database: Db): SiteRepository {
  const societies = openTypedRows(database, societiesCollection)
  const gates = openTypedRows(database, gatesCollection)
  const blocks = openTypedRows(database, blocksCollection)
  return {
    async society(societyId) {
      const row = await societies.rows.findOne({ ...societies.fields({ societyId }), ...live })
      return row && toSociety(societies.toWire(row))
    },
    async societies() {
      const rows = await societies.rows.find(live).sort({ name: 1 }).toArray()
      return rows.map((row) => toSociety(societies.toWire(row)))
    },
    async societyIds() {
      const rows = await societies.rows.find({}, { projection: { societyId: 1 } }).toArray()
      const known = rows.map((row) => societies.toWire(row).societyId)
      return [...new Set([...known, ...(await listHeads(database)).map(({ partition }) => partition)])]
    },
    async gates(societyId) {
      const rows = await gates.rows
        .find({ ...gates.fields({ societyId }), ...live })
        .sort({ name: 1 })
        .toArray()
      return rows.map(gates.toWire).map(({ _id, name }) => ({ gateId: _id, name, societyId }))
    },
    async blocks(societyId) {
      const rows = await blocks.rows
        .find({ ...blocks.fields({ societyId }), ...live })
        .sort({ name: 1 })
        .toArray()
      return rows.map(blocks.toWire).map(({ _id, name }) => ({ blockId: _id, name }))
    },
  }
}

const toSociety = ({ societyId, name, timeZone, settings }: Society): SocietyRow => ({
  societyId,
  name,
  // A row from before there were zones.
  timeZone: timeZone || defaultTimeZone,
  settings: {
    asksTemperature: settings?.asksTemperature ?? false,
    asksMask: settings?.asksMask ?? false,
    overstayMinutes: settings?.overstayMinutes ?? {},
  },
})
