/**
 * Who a device is, judged at every request. A found device is remembered for a few seconds, so that a busy kiosk
 * does not cost a database read each time; a revocation through this register forgets it at once, one made
 * elsewhere (another server, the command line) counts when the memory ends.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import type { Caller } from '../records/caller.ts'
import type {
  Device,
  DeviceCredentials,
  DeviceKey,
  DeviceRepository,
} from '../gate/devices/device-repository.ts'

export const rememberedMs = 5_000
/** Each touch is a write with its audit entry. */
export const touchEveryMs = 5 * 60_000
const rememberedMax = 10_000
/** Compared with when the device is unknown, so that an unknown id or society takes as long as a wrong secret. */
const noSecretHash = '0'.repeat(64)

export interface DeviceRegister {
  authenticate(authorization: string | undefined): Promise<Result<Device, ChowkiError>>
  /** `not_found` when the society has no such device. Its open streams end. */
  revoke(key: DeviceKey, caller: Caller): Promise<Result<null, ChowkiError>>
  /** After an enrolment has changed the row. */
  forget(key: DeviceKey): void
  /** Called with a device that is revoked, perhaps more than once. Returns an unsubscribe function. */
  onRevoked(listener: (key: DeviceKey) => void): () => void
}

const nameOf = ({ societyId, deviceId }: DeviceKey): string => `${societyId}.${deviceId}`

export function createDeviceRegister(devices: DeviceRepository, now: () => number): DeviceRegister {
  const remembered = new Map<string, { credentials: DeviceCredentials; since: number }>()
  const touchedAt = new Map<string, number>()
  const listeners = new Set<(key: DeviceKey) => void>()
  /** Raised when something is forgotten: a read that was under way then must not be remembered. */
  let forgotten = 0

  async function find(key: DeviceKey): Promise<DeviceCredentials | null> {
    const name = nameOf(key)
    const known = remembered.get(name)
    // A clock that was set back does not make it longer.
    if (known && Math.abs(now() - known.since) < rememberedMs) return known.credentials
    const forgottenBefore = forgotten
    const credentials = await devices.find(key)
    if (credentials && forgottenBefore === forgotten) {
      if (remembered.size >= rememberedMax) remembered.clear()
      remembered.set(name, { credentials, since: now() })
    }
    return credentials
  }

  function forget(key: DeviceKey): void {
    forgotten += 1
    remembered.delete(nameOf(key))
  }

  async function touch(device: Device): Promise<void> {
    const last = touchedAt.get(nameOf(device)) ?? device.lastActive
    if (Math.abs(now() - last) < touchEveryMs) return
    // Those that came since are then written once more than they need be.
    if (touchedAt.size >= rememberedMax) touchedAt.clear()
    touchedAt.set(nameOf(device), now())
    await devices.touch(device, now())
  }

  const tellRevoked = (key: DeviceKey): void => listeners.forEach((listener) => listener(key))

  return {
    async authenticate(authorization) {
      const token = parseDeviceToken(authorization)
      if (!token) return err(chowkiError('unauthenticated'))
      const credentials = await find(token)
      const isSame = sameSecret(hashSecret(token.secret), credentials?.secretHash ?? noSecretHash)
      if (!credentials || !isSame) return err(chowkiError('unauthenticated'))
      if (credentials.device.status !== 'Active') {
        // Revoked elsewhere: what this server still holds open for it ends now.
        tellRevoked(credentials.device)
        return err(chowkiError('device_revoked'))
      }
      await touch(credentials.device)
      return ok(credentials.device)
    },
    async revoke(key, caller) {
      const isKnown = await devices.setStatus(caller, key, 'Inactive', now())
      forget(key)
      if (!isKnown) {
        return err(chowkiError('not_found', { field: 'id', message: 'The society has no such device.' }))
      }
      tellRevoked(key)
      return ok(null)
    },
    forget,
    onRevoked(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

interface DeviceToken {
  readonly societyId: string
  readonly deviceId: string
  readonly secret: string
}

/**
 * `Bearer v2.<societyId>.<deviceId>.<secret>`. The kiosk made id and secret, of which only the hash is known here; the
 * society it learned at its enrolment. Whoever names another society than the device's is a stranger like any other:
 * the look-up goes by society and device together, so it cannot even tell that the device exists elsewhere (P6).
 */
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
