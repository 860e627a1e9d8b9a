import { chowkiError } from '@chowki/shared/errors/codes.ts'
import {
  photosMissingRequestSchema,
  photosMissingResponseSchema,
  photosUploadResponseSchema,
} from '@chowki/shared/protocol/device-api.ts'
import type { PhotosMissingRequest } from '@chowki/shared/protocol/device-api.ts'
import { decodePhotoFrame, photoFrameBytesMax } from '@chowki/shared/protocol/photo-frame.ts'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Records } from '../../records/records.ts'
import type { DeviceRegister } from '../../auth/device-register.ts'
import { storePhotos } from './store-photos.ts'
import type { StorePhotosParts } from './store-photos.ts'
import { deviceOf, requireDevice } from '../../auth/device-auth.ts'
import { errorResponses, sendError } from '../../http/answers.ts'
import { refuseCompression } from '../../http/bodies.ts'

export interface PhotoRouteParts extends StorePhotosParts {
  readonly register: DeviceRegister
  readonly records: Records
}

const frameType = 'application/octet-stream'

export function photoRoutes(app: FastifyInstance, parts: PhotoRouteParts): void {
  app.addContentTypeParser(
    frameType,
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      refuseCompression(request)
      return body
    },
  )
  missingRoute(app, parts)
  uploadRoute(app, parts)
  viewRoute(app, parts)
}

function missingRoute(app: FastifyInstance, { register, photos }: PhotoRouteParts): void {
  app.post<{ Body: PhotosMissingRequest }>(
    '/api/photos/missing',
    {
      onRequest: requireDevice(register),
      bodyLimit: 256 * 1024,
      schema: {
        summary: 'Which of these photos the server does not hold',
        tags: ['photos'],
        security: [{ device: [] }],
        body: photosMissingRequestSchema,
        response: {
          200: photosMissingResponseSchema,
          ...errorResponses('invalid_request', 'unauthenticated'),
        },
      },
    },
    async (request) => {
      const asked = request.body.photos
      const held = await photos.hashes(
        deviceOf(request).societyId,
        asked.map(({ id }) => id),
      )
      return { missing: asked.filter(({ id, sha256 }) => held.get(id) !== sha256).map(({ id }) => id) }
    },
  )
}

function uploadRoute(app: FastifyInstance, parts: PhotoRouteParts): void {
  app.post<{ Body: Buffer }>(
    '/api/photos',
    {
      onRequest: requireDevice(parts.register),
      bodyLimit: photoFrameBytesMax,
      schema: {
        summary: 'Send several photos in one frame',
        description:
          'Big-endian u32 length of the header, the header as JSON, then the JPEG bytes in the header’s order.',
        tags: ['photos'],
        security: [{ device: [] }],
        consumes: [frameType],
        response: {
          200: photosUploadResponseSchema,
          ...errorResponses(
            'invalid_request',
            'unauthenticated',
            'payload_too_large',
            'media_type_unsupported',
          ),
        },
      },
    },
    async (request, reply) => {
      if (!Buffer.isBuffer(request.body)) return sendError(reply, chowkiError('media_type_unsupported'))
      const frame = decodePhotoFrame(request.body)
      if (!frame.ok) return sendError(reply, frame.error)
      return { results: await storePhotos(deviceOf(request), frame.value, parts) }
    },
  )
}

const viewParamsSchema = Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{24}$', maxLength: 24 }) })

function viewRoute(app: FastifyInstance, { register, photos, cipher, records }: PhotoRouteParts): void {
  app.get<{ Params: { id: string } }>(
    '/api/photos/:id',
    {
      onRequest: requireDevice(register),
      schema: {
        summary: 'A photo of the device’s own society',
        tags: ['photos'],
        security: [{ device: [] }],
        params: viewParamsSchema,
        produces: ['image/jpeg'],
        response: { ...errorResponses('invalid_request', 'unauthenticated', 'not_found') },
      },
    },
    async (request, reply) => {
      const { deviceId, societyId } = deviceOf(request)
      const photoId = request.params.id
      const photo = await photos.find(societyId, photoId)
      if (!photo) return sendError(reply, chowkiError('not_found'))
      const jpeg = cipher.open(photo.sealed, photo.keyId, { societyId, photoId })
      // Before the answer: a view that cannot be audited does not happen.
      const viewer = { kind: 'device', id: deviceId, requestId: request.id } as const
      await records.view(viewer, societyId, { action: 'photo.viewed', collection: 'photos', id: photoId })
      return reply.type('image/jpeg').header('cache-control', 'private, no-store').send(jpeg)
    },
  )
}
