/** What a kiosk and the server say to each other besides replication: enrolment, the site, photos. */
import Type from 'typebox'
import type { Static } from 'typebox'
import {
  epochMs,
  hexId,
  integer,
  listOf,
  object,
  objectId,
  oneOf,
  optional,
  sha256Hex,
  text,
} from '../collections/fields.ts'
import { overstayMinutesSchema } from '../collections/societies.ts'

/** 32 random bytes as unpadded base64url, made by the kiosk. */
const deviceSecret = () => Type.String({ pattern: '^[A-Za-z0-9_-]{43}$', minLength: 43, maxLength: 43 })
const deviceName = () => text(80, { minLength: 1 })

/** `POST /api/enrol`. The same request again gets the same answer: a lost reply costs nothing. */
export const enrolRequestSchema = object({
  /** As typed; see `normaliseEnrolmentCode`. */
  code: text(64, { minLength: 1 }),
  deviceId: hexId(),
  secret: deviceSecret(),
  deviceName: deviceName(),
  /** Of a device that is enrolled again: it holds records of this society, and a code of another is refused. */
  societyId: optional(objectId()),
})
export type EnrolRequest = Static<typeof enrolRequestSchema>

export const enrolResponseSchema = object({ deviceId: hexId(), societyId: objectId(), gateId: objectId() })
export type EnrolResponse = Static<typeof enrolResponseSchema>

/** `Authorization: Bearer <this>`. It names the society, so that the server looks for the device nowhere else. */
export const deviceToken = (device: { societyId: string; deviceId: string; secret: string }): string =>
  `v2.${device.societyId}.${device.deviceId}.${device.secret}`

/** `POST /api/enrolment-codes`, for admins. */
export const enrolmentCodeRequestSchema = object({
  societyId: objectId(),
  gateId: objectId(),
  deviceName: deviceName(),
})
export type EnrolmentCodeRequest = Static<typeof enrolmentCodeRequestSchema>

export const enrolmentCodeResponseSchema = object({
  code: Type.String({ minLength: 8, maxLength: 8 }),
  expiresAt: epochMs(),
})
export type EnrolmentCodeResponse = Static<typeof enrolmentCodeResponseSchema>

const namedRow = object({ _id: objectId(), name: text(120) })

/** `POST /api/devices/:id/revoke`, for admins. */
export const revokeRequestSchema = object({ societyId: objectId() })
export type RevokeRequest = Static<typeof revokeRequestSchema>

/** `GET /api/device/site`: what a kiosk must know of its society that is no collection of its own. */
export const siteDocumentSchema = object({
  societyId: objectId(),
  societyName: text(120),
  /** IANA name, e.g. `Asia/Kolkata`. */
  timeZone: text(64),
  /** ISO 3166 code of the society's country: whose numbers are written without one. Absent: an older server. */
  phoneRegion: optional(text(2)),
  gateId: objectId(),
  gateName: text(120),
  blocks: listOf(namedRow, 2000),
  gates: listOf(namedRow, 200),
  asksTemperature: Type.Boolean(),
  asksMask: Type.Boolean(),
  overstayMinutes: overstayMinutesSchema,
  /** Epoch milliseconds by the server's clock; not part of the ETag. */
  serverTime: Type.Number(),
})
export type SiteDocument = Static<typeof siteDocumentSchema>

export const photosMissingMax = 500

/** `POST /api/photos/missing`. */
export const photosMissingRequestSchema = object({
  photos: listOf(object({ id: hexId(), sha256: sha256Hex() }), photosMissingMax),
})
export type PhotosMissingRequest = Static<typeof photosMissingRequestSchema>

export const photosMissingResponseSchema = object({ missing: listOf(hexId(), photosMissingMax) })
export type PhotosMissingResponse = Static<typeof photosMissingResponseSchema>

const wireErrorSchema = object({
  code: Type.String(),
  field: optional(Type.String()),
  message: Type.String(),
  remedy: Type.String(),
  retryAfterMs: optional(integer(0, Number.MAX_SAFE_INTEGER)),
})

/** Answer of `POST /api/photos`, whose body is a photo frame: one result for each photo, in order. */
export const photosUploadResponseSchema = object({
  results: Type.Array(
    object({
      id: hexId(),
      status: oneOf(['stored', 'unchanged', 'refused']),
      error: optional(wireErrorSchema),
    }),
  ),
})
export type PhotosUploadResponse = Static<typeof photosUploadResponseSchema>
