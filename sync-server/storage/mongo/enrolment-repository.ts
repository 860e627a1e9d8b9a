import { enrolmentCodesCollection } from '@chowki/shared/collections/enrolment-codes.ts'
import type { EnrolmentCode as StoredCode } from '@chowki/shared/collections/enrolment-codes.ts'
import type { ClientSession, Db, MongoClient } from 'mongodb'
import type { Device } from '../../gate/devices/device-repository.ts'
import type { EnrolmentCode, EnrolmentRepository } from '../../gate/enrolment/enrolment-repository.ts'
import { writeDevice } from './devices-repository.ts'
import { isDuplicateKey } from './mongo-errors.ts'
import { openTypedRows } from './typed-rows.ts'

export function createEnrolmentRepository(client: MongoClient, database: Db): EnrolmentRepository {
  const codes = openTypedRows(database, enrolmentCodesCollection)

  async function complete(session: ClientSession, codeHash: string, device: Device, secretHash: string) {
    const at = device.lastActive
    const usedBy = { deviceId: device.deviceId, secretHash }
    const unused = {
      ...codes.fields({ societyId: device.societyId, _id: codeHash }),
      usedBy: { $exists: false },
    }
    const change = { $set: codes.fields({ usedBy, usedAt: at, updatedAt: at }) }
    const { matchedCount } = await codes.rows.updateOne(unused, change, { session })
    if (matchedCount === 0) return 'codeTaken'
    await writeDevice(database, session, device, secretHash)
    return 'enrolled'
  }

  return {
    async insertCode({ codeHash, societyId, gateId, deviceName, issuedAt, expiresAt }) {
      const times = { createdAt: issuedAt, updatedAt: issuedAt, expiresAt }
      await codes.rows.insertOne(codes.toRow({ _id: codeHash, societyId, gateId, deviceName, ...times }))
    },
    async findCode(codeHash) {
      const row = await codes.rows.findOne(codes.fields({ _id: codeHash }))
      return row && toCode(codes.toWire(row))
    },
    async complete(codeHash, device, secretHash) {
      try {
        return await client.withSession((session) =>
          session.withTransaction(() => complete(session, codeHash, device, secretHash), {
            readConcern: { level: 'snapshot' },
            writeConcern: { w: 'majority', journal: true },
          }),
        )
      } catch (error) {
        // The transaction is undone: the code stays unused where no device came of it.
        if (isDuplicateKey(error)) return 'idTaken'
        throw error
      }
    },
  }
}

const toCode = (row: StoredCode): EnrolmentCode => ({
  codeHash: row._id,
  societyId: row.societyId,
  gateId: row.gateId,
  deviceName: row.deviceName,
  issuedAt: row.createdAt,
  expiresAt: row.expiresAt,
  usedBy: row.usedBy ?? null,
})
