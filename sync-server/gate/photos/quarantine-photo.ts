import { createHash } from 'node:crypto'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import type { FramedPhoto } from '@chowki/shared/protocol/photo-frame.ts'
import type { Device } from '../devices/device-repository.ts'
import type { Records } from '../../records/records.ts'

/** A refused photo is listed for people like a refused record. The bytes stay on the kiosk, which is told why. */
export const quarantineRefusedPhoto =
  (records: Records, now: () => number) =>
  async (device: Device, photo: FramedPhoto, error: ChowkiError): Promise<void> => {
    const document = { _id: photo.id, sha256: photo.sha256, size: photo.bytes.length, takenAt: photo.takenAt }
    await records.quarantine({
      partition: device.societyId,
      collection: 'photos',
      documentId: photo.id,
      hash: createHash('sha256').update(JSON.stringify(document)).digest('hex'),
      document,
      error: {
        code: error.code,
        message: error.message,
        ...(error.field === undefined ? {} : { field: error.field }),
      },
      source: device.deviceId,
      at: now(),
    })
  }
