/** `guardDevices`, and apart from it `deviceSecrets`, so that who lists devices never holds what proves them. */
import type { DeviceStatus } from '@chowki/shared/collections/guard-devices.ts'
import { ObjectId } from 'mongodb'
import type { ClientSession, Db } from 'mongodb'
import type { Device, DeviceRepository } from '../../devices/device-repository.ts'

interface DeviceDocument {
  _id: ObjectId
  societyId: ObjectId
  gateId: ObjectId
  deviceId: string
  deviceName: string
  location: string
  status: DeviceStatus
  lastActive: Date
  createdAt: Date
  updatedAt: Date
}

interface SecretDocument {
  _id: ObjectId
  societyId: ObjectId
  secretHash: string
}

const devicesOf = (database: Db) => database.collection<DeviceDocument>('guardDevices')
const secretsOf = (database: Db) => database.collection<SecretDocument>('deviceSecrets')

export function createDevicesRepository(database: Db): DeviceRepository {
  const devices = devicesOf(database)
  const secrets = secretsOf(database)
  return {
    async find(deviceId) {
      const _id = new ObjectId(deviceId)
      const [device, secret] = await Promise.all([devices.findOne({ _id }), secrets.findOne({ _id })])
      return device && secret ? { device: toDevice(device), secretHash: secret.secretHash } : null
    },
    async list(societyId) {
      const filter = societyId === undefined ? {} : { societyId: new ObjectId(societyId) }
      const rows = await devices.find(filter).sort({ societyId: 1, createdAt: 1 }).toArray()
      return rows.map(toDevice)
    },
    async setStatus(deviceId, status, at) {
      const change = { $set: { status, updatedAt: new Date(at) } }
      const { matchedCount } = await devices.updateOne({ _id: new ObjectId(deviceId) }, change)
      return matchedCount === 1
    },
    async touch(deviceId, at) {
      await devices.updateOne({ _id: new ObjectId(deviceId) }, { $max: { lastActive: new Date(at) } })
    },
  }
}

const toDevice = (row: DeviceDocument): Device => ({
  deviceId: row.deviceId,
  societyId: row.societyId.toHexString(),
  gateId: row.gateId.toHexString(),
  deviceName: row.deviceName,
  location: row.location,
  status: row.status,
  lastActive: row.lastActive.getTime(),
})

/** Inside the transaction of an enrolment. False: the id belongs to another society. */
export async function writeDevice(
  database: Db,
  session: ClientSession,
  device: Device,
  secretHash: string,
): Promise<boolean> {
  const _id = new ObjectId(device.deviceId)
  const societyId = new ObjectId(device.societyId)
  const existing = await devicesOf(database).findOne({ _id }, { session })
  if (existing && !existing.societyId.equals(societyId)) return false
  const at = new Date(device.lastActive)
  const fields = {
    gateId: new ObjectId(device.gateId),
    deviceId: device.deviceId,
    deviceName: device.deviceName,
    location: device.location,
    status: device.status,
    lastActive: at,
    updatedAt: at,
  }
  const upsert = { session, upsert: true }
  await devicesOf(database).updateOne(
    { _id, societyId },
    { $set: fields, $setOnInsert: { createdAt: at } },
    upsert,
  )
  await secretsOf(database).updateOne({ _id, societyId }, { $set: { secretHash } }, upsert)
  return true
}
