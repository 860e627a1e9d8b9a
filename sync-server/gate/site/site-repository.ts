import { defaultTimeZone } from '@chowki/shared/collections/societies.ts'
import type { Society } from '@chowki/shared/collections/societies.ts'
import type { Records } from '../../records/records.ts'

export interface GateRow {
  readonly gateId: string
  readonly name: string
  readonly societyId: string
}

export interface SocietyRow {
  readonly societyId: string
  readonly name: string
  readonly timeZone: string
  /** As the admin wrote it. */
  readonly country: string
  readonly settings: SocietySettings
}

export interface SocietySettings {
  readonly asksTemperature: boolean
  readonly asksMask: boolean
  readonly overstayMinutes: Readonly<Record<string, number>>
}

export interface SiteRepository {
  society(societyId: string): Promise<SocietyRow | null>
  societies(): Promise<SocietyRow[]>
  /** Of all that ever had data here, erased ones too: for what is done society by society. */
  societyIds(): Promise<string[]>
  gates(societyId: string): Promise<GateRow[]>
  blocks(societyId: string): Promise<{ blockId: string; name: string }[]>
}

const byName = { sort: { field: 'name', direction: 1 } } as const

export function createSiteRepository(records: Records): SiteRepository {
  const society: SiteRepository['society'] = async (societyId) => {
    const [row] = await records.find(societyId, 'societies', {})
    return row ? toSociety(row) : null
  }
  return {
    society,
    async societies() {
      const all = await Promise.all((await records.societyIds()).map(society))
      const found = all.filter((one) => one !== null)
      return found.toSorted((left, right) => (left.name < right.name ? -1 : 1))
    },
    societyIds: records.societyIds,
    async gates(societyId) {
      const rows = await records.find(societyId, 'gates', {}, byName)
      return rows.map(({ _id, name }) => ({ gateId: _id, name, societyId }))
    },
    async blocks(societyId) {
      const rows = await records.find(societyId, 'blocks', {}, byName)
      return rows.map(({ _id, name }) => ({ blockId: _id, name }))
    },
  }
}

const toSociety = ({ societyId, name, timeZone, address, settings }: Society): SocietyRow => ({
  societyId,
  name,
  // A row from before there were zones.
  timeZone: timeZone || defaultTimeZone,
  country: address?.country ?? '',
  settings: {
    asksTemperature: settings?.asksTemperature ?? false,
    asksMask: settings?.asksMask ?? false,
    overstayMinutes: settings?.overstayMinutes ?? {},
  },
})
