/** Documents as a kiosk would send them. */
import { newestFirstSortKey } from '@chowki/shared/collections/visitor-entries.ts'
import { collections } from '@chowki/shared/collections/registry.ts'
import type { PushResult } from '@chowki/shared/protocol/messages.ts'
import type { TestDevice, TestServer } from './test-server.ts'
import { as } from './test-server.ts'
import { newId } from './test-society.ts'

export type SyncedCollection = 'visitors' | 'visitorEntries' | 'patrolLogs'

export const visitorOf = (device: TestDevice, at: number, changes: object = {}) => ({
  _id: newId(),
  societyId: device.society.societyId,
  createdAt: at,
  updatedAt: at,
  name: 'Asha Rao',
  phone: '+911111150001',
  ...changes,
})

export const visitOf = (device: TestDevice, at: number, changes: object = {}) => ({
  _id: newId(),
  societyId: device.society.societyId,
  createdAt: at,
  updatedAt: at,
  visitorId: newId(),
  flatId: device.society.flatId,
  flatIds: [device.society.flatId],
  entryType: 'Guest',
  entryDateTime: at,
  entryGuard: newId(),
  state: 'Inside',
  sortKey: newestFirstSortKey(at),
  approvalStatus: 'Approved',
  gateId: device.society.gateId,
  deviceId: device.deviceId,
  deviceTime: at,
  ...changes,
})

/** As raw text, so that a test can send what no serializer would write. */
export const pushText = (server: TestServer, device: TestDevice, collection: string, payload: string) =>
  server.app.inject(
    as(device, {
      method: 'POST',
      url: `/api/sync/${collection}/push`,
      headers: { 'content-type': 'application/json' },
      payload,
    }),
  )

export const pushBody = (
  server: TestServer,
  collection: string,
  rows: readonly unknown[],
  sentAt = server.clock.now,
) => {
  const definition = Object.values(collections).find(({ name }) => name === collection)
  return { schemaVersion: definition?.version ?? 0, sentAt, rows }
}

export const pushDocuments = async (
  server: TestServer,
  device: TestDevice,
  collection: SyncedCollection,
  documents: readonly unknown[],
  sentAt?: number,
): Promise<PushResult[]> => {
  const rows = documents.map((newDocumentState) => ({ newDocumentState }))
  const body = JSON.stringify(pushBody(server, collection, rows, sentAt))
  const answer = await pushText(server, device, collection, body)
  if (answer.statusCode !== 200) throw new Error(`push: ${answer.statusCode} ${answer.body}`)
  return answer.json<{ results: PushResult[] }>().results
}

export const pull = (server: TestServer, device: TestDevice, collection: string, payload: object) =>
  server.app.inject(as(device, { method: 'POST', url: `/api/sync/${collection}/pull`, payload }))
