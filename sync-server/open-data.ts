/** Everything that the server keeps, as the parts that the rest of it knows: the records, and each room's way to them. */
import { createDeviceRepository } from './gate/devices/device-repository.ts'
import type { DeviceRepository } from './gate/devices/device-repository.ts'
import { createEnrolmentRepository } from './gate/enrolment/enrolment-repository.ts'
import type { EnrolmentRepository } from './gate/enrolment/enrolment-repository.ts'
import { createPhotoRepository } from './gate/photos/photo-repository.ts'
import type { PhotoRepository } from './gate/photos/photo-repository.ts'
import {
  createQuarantineCipher,
  createQuarantineRepository,
} from './gate/quarantine/quarantine-repository.ts'
import type { QuarantineRepository } from './gate/quarantine/quarantine-repository.ts'
import { createSiteRepository } from './gate/site/site-repository.ts'
import type { SiteRepository } from './gate/site/site-repository.ts'
import type { SealingKeys } from './ops/keys/sealing.ts'
import { createAuditCipher } from './records/audit-cipher.ts'
import { createJournal } from './records/journal.ts'
import { createRecords } from './records/records.ts'
import type { Records } from './records/records.ts'
import { openDatabase } from './storage/mongo/open-database.ts'
import type { MongoDatabaseOptions, OpenDatabase } from './storage/mongo/open-database.ts'
import type { StorageReads } from './storage/storage.ts'

export interface ServerData extends Omit<OpenDatabase, 'storage'> {
  /** To follow what is written; written is through `records`. */
  readonly storage: StorageReads
  readonly records: Records
  readonly devices: DeviceRepository
  readonly enrolments: EnrolmentRepository
  readonly sites: SiteRepository
  readonly photos: PhotoRepository
  readonly quarantine: QuarantineRepository
}

export interface ServerDataOptions extends Omit<MongoDatabaseOptions, 'journal' | 'sealRefused'> {
  /** Seal what was refused and what the audit says of people. */
  readonly sealingKeys: SealingKeys
  readonly now: () => number
}

/** Rejects when no MongoDB answers. */
export async function openServerData(options: ServerDataOptions): Promise<ServerData> {
  const { sealingKeys, now, ...rest } = options
  const quarantineCipher = createQuarantineCipher(sealingKeys)
  const { storage, ...database } = await openDatabase({
    ...rest,
    journal: createJournal({ cipher: createAuditCipher(sealingKeys), now }),
    sealRefused: (json, { partition, id }) => ({
      ...quarantineCipher.seal(json, { societyId: partition, rowId: id }),
    }),
  })
  const records = createRecords({ storage, now })
  return {
    ...database,
    storage,
    records,
    devices: createDeviceRepository(records),
    enrolments: createEnrolmentRepository(records),
    sites: createSiteRepository(records),
    photos: createPhotoRepository(records),
    quarantine: createQuarantineRepository(records, quarantineCipher),
  }
}
