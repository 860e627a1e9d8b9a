import { ObjectId } from 'mongodb'
import type { ClientSession, Db, MongoClient } from 'mongodb'
import type { Device } from '../../devices/device-repository.ts'
import type { EnrolmentCode, EnrolmentRepository } from '../../enrolment/enrolment-repository.ts'
import { writeDevice } from './devices-repository.ts'

interface CodeDocument {
  _id: string
  societyId: ObjectId
  gateId: ObjectId
  deviceName: string
  expiresAt: Date
  usedBy?: { deviceId: string; secretHash: string }
  usedAt?: Date
  createdAt: Date
  updatedAt: Date
}

export function createEnrolmentRepository(client: MongoClient, database: Db): EnrolmentRepository {
  const codes = database.collection<CodeDocument>('enrolmentCodes')

  async function complete(session: ClientSession, codeHash: string, device: Device, secretHash: string) {
    const usedBy = { deviceId: device.deviceId, secretHash }
    const at = new Date(device.lastActive)
    const change = { $set: { usedBy, usedAt: at, updatedAt: at } }
    const { matchedCount } = await codes.updateOne({ _id: codeHash, usedBy: { $exists: false } }, change, {
      session,
    })
    if (matchedCount === 0) return 'codeTaken'
    return (await writeDevice(database, session, device, secretHash)) ? 'enrolled' : 'otherSociety'
  }

  return {
    async insertCode({ codeHash, societyId, gateId, deviceName, issuedAt, expiresAt }) {
      await codes.insertOne({
        _id: codeHash,
        societyId: new ObjectId(societyId),
        gateId: new ObjectId(gateId),
        deviceName,
        expiresAt: new Date(expiresAt),
        createdAt: new Date(issuedAt),
        updatedAt: new Date(issuedAt),
      })
    },
    async findCode(codeHash) {
      const row = await codes.findOne({ _id: codeHash })
      return row && toCode(row)
    },
    complete: (codeHash, device, secretHash) =>
      client.withSession((session) =>
        session.withTransaction(
          async () => {
            const outcome = await complete(session, codeHash, device, secretHash)
            // The code stays unused where no device came of it.
            if (outcome !== 'enrolled') await session.abortTransaction()
            return outcome
          },
          { readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority', journal: true } },
        ),
      ),
  }
}

const toCode = (row: CodeDocument): EnrolmentCode => ({
  codeHash: row._id,
  societyId: row.societyId.toHexString(),
  gateId: row.gateId.toHexString(),
  deviceName: row.deviceName,
  issuedAt: row.createdAt.getTime(),
  expiresAt: row.expiresAt.getTime(),
  usedBy: row.usedBy ?? null,
})
