import type { DeviceStatus } from '@chowki/shared/collections/guard-devices.ts'

export interface Device {
  readonly deviceId: string
  readonly societyId: string
  readonly gateId: string
  readonly deviceName: string
  /** The gate's name, for people. */
  readonly location: string
  readonly status: DeviceStatus
  /** Epoch milliseconds; exact to a minute. */
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
  setStatus(key: DeviceKey, status: DeviceStatus, at: number): Promise<boolean>
  touch(key: DeviceKey, at: number): Promise<void>
}
