/**
 * `guardDevices`, and apart from it `deviceSecrets`, so that who lists devices never holds what proves them. Both are
 * asked by society and device, which is their unique index: a row of another society is not even touched.
 */
import type { DeviceStatus, GuardDevice } from '@chowki/shared/collections/guard-devices.ts'
import type { Caller } from '../../records/caller.ts'
import type { Records } from '../../records/records.ts'
import type { RecordsTransaction } from '../../records/records-transaction.ts'

export interface Device {
  readonly deviceId: string
  readonly societyId: string
  readonly gateId: string
  readonly deviceName: string
  /** The gate's name, for people. */
  readonly location: string
  readonly status: DeviceStatus
  /** Epoch milliseconds; exact to `touchEveryMs`. */
  readonly lastActive: number
  /** Of its newest record, see `desk-activity.ts`; undefined before the first. */
  readonly lastRecordAt?: number | undefined
  readonly clockDriftMs?: number | undefined
}

export interface DeviceCredentials {
  readonly device: Device
  /** Hex SHA-256 of the secret that the kiosk made. */
  readonly secretHash: string
}

/** A device is known only within its society. */
export type DeviceKey = Pick<Device, 'societyId' | 'deviceId'>

export interface DeviceRepository {
  find(key: DeviceKey): Promise<DeviceCredentials | null>
  /** The oldest first. */
  list(societyId: string): Promise<Device[]>
  /** False when the society has no such device. */
  setStatus(caller: Caller, key: DeviceKey, status: DeviceStatus, at: number): Promise<boolean>
  touch(key: DeviceKey, at: number): Promise<void>
}

export function createDeviceRepository(records: Records): DeviceRepository {
  return {
    async find({ societyId, deviceId }) {
      const [[device], [secret]] = await Promise.all([
        records.find(societyId, 'guardDevices', { deviceId }),
        records.find(societyId, 'deviceSecrets', { deviceId }),
      ])
      return device && secret ? { device: toDevice(device), secretHash: secret.secretHash } : null
    },
    async list(societyId) {
      const sort = { field: 'createdAt', direction: 1 } as const
      return (await records.find(societyId, 'guardDevices', {}, { sort })).map(toDevice)
    },
    setStatus: (caller, { societyId, deviceId }, status, at) =>
      records.change(caller, societyId, 'guardDevices', deviceId, (device) => ({
        ...device,
        status,
        updatedAt: at,
      })),
    async touch({ societyId, deviceId }, at) {
      await records.change(register, societyId, 'guardDevices', deviceId, (device) =>
        (device.lastActive ?? 0) < at ? { ...device, lastActive: at } : null,
      )
    },
  }
}

const register: Caller = { kind: 'system', id: 'device-register' }

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

/** Inside the transaction of an enrolment: over what a kiosk of the same id left in this society. */
export async function writeDevice(
  transaction: RecordsTransaction,
  device: Device,
  secretHash: string,
): Promise<void> {
  const { deviceId, lastActive: at } = device
  const made = { _id: deviceId, createdAt: at }
  const known = (await transaction.read('guardDevices', [deviceId])).get(deviceId)
  const row = { ...made, ...known, ...device, updatedAt: at }
  if (known) transaction.replace('guardDevices', row)
  else transaction.insert('guardDevices', row)
  const knownSecret = (await transaction.read('deviceSecrets', [deviceId])).get(deviceId)
  const { societyId } = device
  const secret = { ...made, ...knownSecret, societyId, deviceId, secretHash, updatedAt: at }
  if (knownSecret) transaction.replace('deviceSecrets', secret)
  else transaction.insert('deviceSecrets', secret)
}
