/**
 * `Bearer v2.<societyId>.<deviceId>.<secret>`. The kiosk made id and secret, of which only the hash is known here; the
 * society it learned at its enrolment. Whoever names another society than the device's is a stranger like any other:
 * the look-up goes by society and device together, so it cannot even tell that the device exists elsewhere (P6).
 */
import { createHash, timingSafeEqual } from 'node:crypto'

export interface DeviceToken {
  readonly societyId: string
  readonly deviceId: string
  readonly secret: string
}

const tokenPattern = /^Bearer v2\.([0-9a-f]{24})\.([0-9a-f]{24})\.([A-Za-z0-9_-]{43})$/i

export function parseDeviceToken(authorization: string | undefined): DeviceToken | null {
  const [, societyId, deviceId, secret] = tokenPattern.exec(authorization ?? '') ?? []
  if (!societyId || !deviceId || !secret) return null
  return { societyId: societyId.toLowerCase(), deviceId: deviceId.toLowerCase(), secret }
}

/** The secret is 32 random bytes, so a plain hash resists guessing. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex')

/** Compares by content in constant time; different lengths are unequal. */
export function sameSecret(left: string, right: string): boolean {
  const [a, b] = [left, right].map((text) => createHash('sha256').update(text).digest()) as [Buffer, Buffer]
  return timingSafeEqual(a, b)
}
