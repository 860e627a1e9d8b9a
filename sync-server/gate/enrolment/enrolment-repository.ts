import type { Device } from '../devices/device-repository.ts'

export interface EnrolmentCode {
  readonly codeHash: string
  readonly societyId: string
  readonly gateId: string
  readonly deviceName: string
  /** Epoch milliseconds. */
  readonly issuedAt: number
  readonly expiresAt: number
  /** Who used it, proven by the hash of the secret; null while unused. */
  readonly usedBy: CodeUser | null
}

export interface CodeUser {
  readonly deviceId: string
  readonly secretHash: string
}

export interface EnrolmentRepository {
  insertCode(code: EnrolmentCode): Promise<void>
  /** By the hash alone: who types a code knows no society yet, the code tells it. */
  findCode(codeHash: string): Promise<EnrolmentCode | null>
  /**
   * Both or neither: the code is marked as used, and the device's row is written (over one of the same id in the same
   * society: a kiosk enrolled anew). `codeTaken`: another was faster. `idTaken`: somebody else's device has the id.
   */
  complete(
    codeHash: string,
    device: Device,
    secretHash: string,
  ): Promise<'enrolled' | 'codeTaken' | 'idTaken'>
}
