/** `Bearer <deviceId>.<secret>`: the kiosk made both; only the secret's hash is known here. */
import { createHash, timingSafeEqual } from 'node:crypto'

export interface DeviceToken {
  readonly deviceId: string
  readonly secret: string
}

const tokenPattern = /^Bearer ([0-9a-f]{24})\.([A-Za-z0-9_-]{43})$/i

export function parseDeviceToken(authorization: string | undefined): DeviceToken | null {
  const [, deviceId, secret] = tokenPattern.exec(authorization ?? '') ?? []
  return deviceId && secret ? { deviceId: deviceId.toLowerCase(), secret } : null
}

/** The secret is 32 random bytes, so a plain hash resists guessing. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex')

/** Compares by content in constant time; different lengths are unequal. */
export function sameSecret(left: string, right: string): boolean {
  const [a, b] = [left, right].map((text) => createHash('sha256').update(text).digest()) as [Buffer, Buffer]
  return timingSafeEqual(a, b)
}
