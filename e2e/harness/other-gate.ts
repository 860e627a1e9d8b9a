/** Another gate of the same society at work, without a screen: it pushes by the wire protocol what a desk would. */
import { randomBytes } from 'node:crypto'
import { newestFirstSortKey } from '@chowki/shared/collections/visitor-entries.ts'
import type { PushResponse } from '@chowki/shared/protocol/messages.ts'
import type { Field } from './field.ts'
import type { HeadlessDevice } from './headless-device.ts'

const newId = (): string => randomBytes(12).toString('hex')
const hourMs = 3_600_000

/** One visit each two hours, the newest an hour ago, all still inside. Returns the visitors' names. */
export async function otherGateVisits(field: Field, count: number): Promise<string[]> {
  const gate = field.gates[1] ?? field.gates[0]
  const flat = await field.database.anyFlatId()
  if (gate === undefined) throw new Error('The society has no gate.')
  const device = await field.headlessDevice()
  const names: string[] = []
  const visitors: object[] = []
  const entries: object[] = []
  for (let index = 0; index < count; index += 1) {
    const at = Date.now() - hourMs - index * 2 * hourMs
    const envelope = { societyId: gate.societyId.toHexString(), createdAt: at, updatedAt: at }
    const visitorId = newId()
    const name = `Other Gate Visitor ${String(index).padStart(2, '0')}`
    names.push(name)
    visitors.push({ _id: visitorId, ...envelope, name, phone: `95000000${String(index).padStart(2, '0')}` })
    entries.push({
      _id: newId(),
      ...envelope,
      visitorId,
      flatId: flat,
      flatIds: [flat],
      entryType: 'Guest',
      entryDateTime: at,
      sortKey: newestFirstSortKey(at),
      state: 'Inside',
      entryGuard: field.guards[1].userId,
      approvalStatus: 'Approved',
      approvalMethod: 'PhoneCall',
      gateId: gate._id.toHexString(),
      deviceId: device.deviceId,
      deviceTime: at,
    })
  }
  await pushAll(device, 'visitors', visitors)
  await pushAll(device, 'visitorEntries', entries)
  return names
}

async function pushAll(device: HeadlessDevice, collection: string, documents: object[]): Promise<void> {
  const answer = await device.post(`/api/sync/${collection}/push`, {
    schemaVersion: 0,
    sentAt: Date.now(),
    rows: documents.map((newDocumentState) => ({ newDocumentState })),
  })
  const { results } = (await answer.json()) as PushResponse
  const bad = results.filter(({ status }) => status !== 'stored')
  if (bad.length > 0) throw new Error(`push to ${collection}: ${JSON.stringify(bad[0])}`)
}
