import { createHmac } from 'node:crypto'
import type { EnrolmentCode } from '@chowki/shared/collections/enrolment-codes.ts'
import type { Caller } from '../../records/caller.ts'
import { RecordIdTaken, RecordRefused } from '../../records/record-errors.ts'
import type { Records } from '../../records/records.ts'
import { writeDevice } from '../devices/device-repository.ts'
import type { Device } from '../devices/device-repository.ts'

/** As the rules of enrolment know it. */
export interface IssuedCode {
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
  insertCode(caller: Caller, code: IssuedCode): Promise<void>
  /** By the hash alone: who types a code knows no society yet, the code tells it. */
  findCode(codeHash: string): Promise<IssuedCode | null>
  /**
   * Both or neither: the code is marked as used, and the device's row is written (over one of the same id in the same
   * society: a kiosk enrolled anew). `codeTaken`: another was faster. `idTaken`: somebody else's device has the id.
   */
  complete(
    codeHash: string,
    device: Device,
    secretHash: string,
    requestId?: string,
  ): Promise<'enrolled' | 'codeTaken' | 'idTaken'>
}

export function createEnrolmentRepository(records: Records): EnrolmentRepository {
  return {
    insertCode: (caller, { codeHash, societyId, gateId, deviceName, issuedAt, expiresAt }) =>
      records.insert(caller, societyId, 'enrolmentCodes', {
        _id: codeHash,
        societyId,
        gateId,
        deviceName,
        expiresAt,
        createdAt: issuedAt,
        updatedAt: issuedAt,
      }),
    async findCode(codeHash) {
      const row = await records.locate('enrolmentCodes', codeHash)
      return row && toCode(row)
    },
    async complete(codeHash, device, secretHash, requestId) {
      const { deviceId, societyId, lastActive: at } = device
      const kiosk: Caller = { kind: 'enrolment', id: deviceId, ...(requestId ? { requestId } : {}) }
      try {
        return await records.write(kiosk, societyId, async (transaction) => {
          const code = (await transaction.read('enrolmentCodes', [codeHash])).get(codeHash)
          if (!code || code.usedBy) return 'codeTaken'
          const usedBy = { deviceId, secretHash }
          transaction.replace('enrolmentCodes', { ...code, usedBy, usedAt: at, updatedAt: at })
          await writeDevice(transaction, device, secretHash)
          return 'enrolled'
        })
      } catch (error) {
        // All is undone: the code stays unused where no device came of it.
        if (error instanceof RecordIdTaken || error instanceof RecordRefused) return 'idTaken'
        throw error
      }
    },
  }
}

const toCode = (row: EnrolmentCode): IssuedCode => ({
  codeHash: row._id,
  societyId: row.societyId,
  gateId: row.gateId,
  deviceName: row.deviceName,
  issuedAt: row.createdAt,
  expiresAt: row.expiresAt,
  usedBy: row.usedBy ?? null,
})

/** Keyed, since 40 bits behind a bare hash are guessed in minutes by who steals the database. */
export const hashEnrolmentCode = (code: string, adminKey: string): string =>
  createHmac('sha256', adminKey).update(`enrolment-code:${code}`).digest('hex')
