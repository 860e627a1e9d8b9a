/**
 * `guardDevices`, and apart from it `deviceSecrets`, so that who lists devices never holds what proves them. Both are
 * asked by society and device, which is their unique index: a row of another society is not even touched.
 */
import { deviceSecretsCollection } from '@chowki/shared/collections/device-secrets.ts'
import { guardDevicesCollection } from '@chowki/shared/collections/guard-devices.ts'
import type { GuardDevice } from '@chowki/shared/collections/guard-devices.ts'
import type { ClientSession, Db } from 'mongodb'
import type { Device, DeviceKey, DeviceRepository } from '../../gate/devices/device-repository.ts'
import { openTypedRows } from './typed-rows.ts'

const devicesOf = (database: Db) => openTypedRows(database, guardDevicesCollection)
const secretsOf = (database: Db) => openTypedRows(database, deviceSecretsCollection)
const keyOf = ({ societyId, deviceId }: DeviceKey): DeviceKey => ({ societyId, deviceId })

export function createDevicesRepository(database: Db): DeviceRepository {
  const devices = devicesOf(database)
  const secrets = secretsOf(database)
  return {
    async find(key) {
      const [device, secret] = await Promise.all([
        devices.rows.findOne(devices.fields(keyOf(key))),
        secrets.rows.findOne(secrets.fields(keyOf(key))),
      ])
      if (!device || !secret) return null
      return { device: toDevice(devices.toWire(device)), secretHash: secrets.toWire(secret).secretHash }
    },
    async list(societyId) {
      const rows = await devices.rows.find(devices.fields({ societyId })).sort({ createdAt: 1 }).toArray()
      return rows.map((row) => toDevice(devices.toWire(row)))
    },
    async setStatus(key, status, at) {
      const change = { $set: devices.fields({ status, updatedAt: at }) }
      const { matchedCount } = await devices.rows.updateOne(devices.fields(keyOf(key)), change)
      return matchedCount === 1
    },
    async touch(key, at) {
      await devices.rows.updateOne(devices.fields(keyOf(key)), { $max: devices.fields({ lastActive: at }) })
    },
  }
}

const toDevice = (row: GuardDevice): Device => ({
  deviceId: row.deviceId,
  societyId: row.societyId,
  gateId: row.gateId,
  deviceName: row.deviceName,
  location: row.location ?? '',
  status: row.status,
  lastActive: row.lastActive ?? 0,
  lastRecordAt: row.lastRecordAt,
  clockDriftMs: row.clockDriftMs,
})

/** Inside the transaction of an enrolment. A duplicate key: the id is in use outside this society. */
export async function writeDevice(
  database: Db,
  session: ClientSession,
  device: Device,
  secretHash: string,
): Promise<void> {
  const devices = devicesOf(database)
  const secrets = secretsOf(database)
  const { gateId, deviceName, location, status, lastActive } = device
  const inserted = { _id: device.deviceId, createdAt: lastActive }
  const upsert = { session, upsert: true }
  await devices.rows.updateOne(
    devices.fields(keyOf(device)),
    {
      $set: devices.fields({ gateId, deviceName, location, status, lastActive, updatedAt: lastActive }),
      $setOnInsert: devices.fields(inserted),
    },
    upsert,
  )
  await secrets.rows.updateOne(
    secrets.fields(keyOf(device)),
    { $set: secrets.fields({ secretHash, updatedAt: lastActive }), $setOnInsert: secrets.fields(inserted) },
    upsert,
  )
}
