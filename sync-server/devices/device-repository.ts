import type { DeviceStatus } from '@chowki/shared/collections/guard-devices.ts'

export interface Device {
  readonly deviceId: string
  readonly societyId: string
  readonly gateId: string
  readonly deviceName: string
  /** Where it stands, as people say it: the gate's name. */
  readonly location: string
  readonly status: DeviceStatus
  /** Epoch milliseconds; exact to a minute. */
  readonly lastActive: number
}

export interface DeviceCredentials {
  readonly device: Device
  /** Hex SHA-256 of the secret that the kiosk made. */
  readonly secretHash: string
}

export interface DeviceRepository {
  find(deviceId: string): Promise<DeviceCredentials | null>
  /** Of one society, or of all. */
  list(societyId?: string): Promise<Device[]>
  setStatus(deviceId: string, status: DeviceStatus, at: number): Promise<boolean>
  touch(deviceId: string, at: number): Promise<void>
}
