/** The small document that tells a kiosk where it stands; it changes a few times a year, so it has an ETag. */
import { createHash } from 'node:crypto'
import type { SiteDocument } from '@chowki/shared/protocol/device-api.ts'
import { regionOf } from './region.ts'
import type { Device } from '../devices/device-repository.ts'
import type { SiteRepository } from './site-repository.ts'

export interface TaggedSite {
  readonly site: Omit<SiteDocument, 'serverTime'>
  readonly etag: string
}

export async function siteOf(device: Device, sites: SiteRepository): Promise<TaggedSite | null> {
  const [society, gates, blocks] = await Promise.all([
    sites.society(device.societyId),
    sites.gates(device.societyId),
    sites.blocks(device.societyId),
  ])
  const gate = gates.find(({ gateId }) => gateId === device.gateId)
  if (!society || !gate) return null
  const site: TaggedSite['site'] = {
    societyId: society.societyId,
    societyName: society.name,
    timeZone: society.timeZone,
    phoneRegion: regionOf(society.country),
    gateId: gate.gateId,
    gateName: gate.name,
    blocks: blocks.map(({ blockId, name }) => ({ _id: blockId, name })),
    gates: gates.map(({ gateId, name }) => ({ _id: gateId, name })),
    asksTemperature: society.settings.asksTemperature,
    asksMask: society.settings.asksMask,
    overstayMinutes: { ...society.settings.overstayMinutes },
  }
  const etag = `"${createHash('sha256').update(JSON.stringify(site)).digest('hex').slice(0, 32)}"`
  return { site, etag }
}
