import { Binary, ObjectId } from 'mongodb'
import type { Db } from 'mongodb'
import type { PhotoRepository, SealedPhoto } from '../../gate/photos/photo-repository.ts'
import { isDuplicateKey } from './mongo-errors.ts'

interface PhotoDocument {
  _id: ObjectId
  societyId: ObjectId
  sha256: string
  size: number
  takenAt: Date
  deviceId: string
  keyId: string
  sealed: Binary
  createdAt: Date
  updatedAt: Date
}

export function createPhotosRepository(database: Db): PhotoRepository {
  const photos = database.collection<PhotoDocument>('photos')
  return {
    async insert(photo) {
      try {
        await photos.insertOne(toDocument(photo), { writeConcern: { w: 'majority', journal: true } })
        return 'stored'
      } catch (error) {
        if (isDuplicateKey(error)) return 'taken'
        throw error
      }
    },
    async find(societyId, photoId) {
      const row = await photos.findOne({ _id: new ObjectId(photoId), societyId: new ObjectId(societyId) })
      return row && toPhoto(row)
    },
    async hashes(societyId, photoIds) {
      const ids = photoIds.map((id) => new ObjectId(id))
      const rows = await photos
        .find({ societyId: new ObjectId(societyId), _id: { $in: ids } }, { projection: { sha256: 1 } })
        .toArray()
      return new Map(rows.map((row) => [row._id.toHexString(), row.sha256]))
    },
  }
}

const toDocument = (photo: SealedPhoto): PhotoDocument => ({
  _id: new ObjectId(photo.photoId),
  societyId: new ObjectId(photo.societyId),
  sha256: photo.sha256,
  size: photo.size,
  takenAt: new Date(photo.takenAt),
  deviceId: photo.deviceId,
  keyId: photo.keyId,
  sealed: new Binary(photo.sealed),
  createdAt: new Date(photo.storedAt),
  updatedAt: new Date(photo.storedAt),
})

const toPhoto = (row: PhotoDocument): SealedPhoto => ({
  photoId: row._id.toHexString(),
  societyId: row.societyId.toHexString(),
  sha256: row.sha256,
  size: row.size,
  takenAt: row.takenAt.getTime(),
  deviceId: row.deviceId,
  keyId: row.keyId,
  sealed: Buffer.from(row.sealed.buffer),
  storedAt: row.createdAt.getTime(),
})
