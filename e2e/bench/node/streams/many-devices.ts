/**
 * Thousands of desks. One is enrolled as every desk is; the others are copies of its rows under numbers and
 * societies of their own, with its secret, because enrolment by code is rightly limited to a few in a minute.
 */
import { ObjectId } from 'mongodb'
import type { Document } from 'mongodb'
import type { BenchSociety } from '../../frame/society.ts'
import { newId } from '../../frame/society.ts'
import { withClient } from '../../frame/server.ts'
import type { EnrolledDevice } from '../../../../build/services/enrol-device.ts'
import type { BenchServer } from '../../workload.ts'

export async function addDevices(
  server: BenchServer,
  model: EnrolledDevice,
  society: BenchSociety,
  count: number,
): Promise<EnrolledDevice[]> {
  const ids = Array.from({ length: count }, newId)
  const owner = { societyId: new ObjectId(society.societyId), gateId: new ObjectId(society.gateId) }
  await withClient(server.mongoUri, async (client) => {
    const database = client.db(server.database)
    const _id = new ObjectId(model.deviceId)
    const copy = async (name: string, changes: (deviceId: string) => Document): Promise<void> => {
      const row = await database.collection<Document>(name).findOne({ _id })
      if (row === null) throw new Error(`The enrolled desk has no row in ${name}.`)
      const rows = ids.map((deviceId) => ({ ...row, _id: new ObjectId(deviceId), ...changes(deviceId) }))
      await database.collection<Document>(name).insertMany(rows, { ordered: false })
    }
    await copy('guardDevices', (deviceId) => ({ ...owner, deviceId, lastActive: new Date() }))
    await copy('deviceSecrets', (deviceId) => ({ societyId: owner.societyId, deviceId }))
  })
  return ids.map((deviceId) => ({
    ...society,
    deviceId,
    token: model.token.replace(model.deviceId, deviceId).replace(model.societyId, society.societyId),
  }))
}
