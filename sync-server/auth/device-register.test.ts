import { deviceToken } from '@chowki/shared/protocol/device-api.ts'
import { expect, test } from 'vitest'
import type { DeviceCredentials, DeviceRepository } from '../gate/devices/device-repository.ts'
import { createDeviceRegister, hashSecret, parseDeviceToken, rememberedMs } from './device-register.ts'

const societyId = 'b'.repeat(24)
const deviceId = 'a'.repeat(24)
const secret = 's'.repeat(43)
const key = { societyId, deviceId }
const authorization = `Bearer v2.${societyId}.${deviceId}.${secret}`

function setUp() {
  const clock = { now: 1_000_000 }
  let status: 'Active' | 'Inactive' = 'Active'
  let reads = 0
  /** While set, reads wait for it: a database that answers late. */
  let held: Promise<void> | null = null
  const credentials = (): DeviceCredentials => ({
    device: {
      deviceId,
      societyId,
      gateId: 'c',
      deviceName: 'Desk',
      location: 'Gate',
      status,
      lastActive: 1_000_000,
    },
    secretHash: hashSecret(secret),
  })
  const devices: DeviceRepository = {
    async find(asked) {
      reads += 1
      const found = asked.deviceId === deviceId && asked.societyId === societyId ? credentials() : null
      await held
      return found
    },
    list: async () => [],
    async setStatus() {
      status = 'Inactive'
      return true
    },
    touch: async () => undefined,
  }
  const register = createDeviceRegister(devices, () => clock.now)
  const revokeElsewhere = () => void (status = 'Inactive')
  return {
    clock,
    register,
    revokeElsewhere,
    reads: () => reads,
    hold: (until: Promise<void>) => (held = until),
  }
}

test('a busy kiosk costs one read in a few seconds', async () => {
  const { clock, register, reads } = setUp()
  for (let count = 0; count < 20; count += 1) await register.authenticate(authorization)
  expect(reads()).toBe(1)
  clock.now += rememberedMs
  await register.authenticate(authorization)
  expect(reads()).toBe(2)
})

test('a wrong secret is not remembered as right, nor a right one as wrong', async () => {
  const { register } = setUp()
  expect((await register.authenticate(authorization)).ok).toBe(true)
  expect((await register.authenticate(authorization.replaceAll('s', 'x'))).ok).toBe(false)
  expect((await register.authenticate(authorization)).ok).toBe(true)
})

test('P6: a device that is remembered for its society is a stranger under another', async () => {
  const { register, reads } = setUp()
  const elsewhere = authorization.replace(societyId, 'c'.repeat(24))
  const told: string[] = []
  register.onRevoked(({ deviceId: id }) => told.push(id))
  expect((await register.authenticate(authorization)).ok).toBe(true)
  expect(await register.authenticate(elsewhere)).toMatchObject({
    ok: false,
    error: { code: 'unauthenticated' },
  })
  // Asked for by both names: neither what is remembered nor what is not tells of the other.
  expect(reads()).toBe(2)
  await register.revoke(key, admin)
  expect(await register.authenticate(elsewhere)).toMatchObject({ error: { code: 'unauthenticated' } })
  expect(told).toEqual([deviceId])
})

const admin = { kind: 'admin', id: 'test' } as const

test('a read that was under way when the device was revoked is not remembered', async () => {
  const { register, hold } = setUp()
  let release = (): void => undefined
  hold(new Promise((resolve) => (release = resolve)))
  const underWay = register.authenticate(authorization)
  await register.revoke(key, admin)
  release()
  await underWay
  expect(await register.authenticate(authorization)).toMatchObject({
    ok: false,
    error: { code: 'device_revoked' },
  })
})

test('who holds a stream of the device is told of its revocation', async () => {
  const { register } = setUp()
  const told: string[] = []
  const stop = register.onRevoked(({ deviceId: id }) => told.push(id))
  await register.authenticate(authorization)
  expect(told).toEqual([])
  await register.revoke(key, admin)
  expect(told).toEqual([deviceId])
  stop()
  await register.revoke(key, admin)
  expect(told).toEqual([deviceId])
})

test('a revocation made elsewhere is told when the device next asks', async () => {
  const { register, revokeElsewhere, clock } = setUp()
  const told: string[] = []
  register.onRevoked(({ deviceId: id }) => told.push(id))
  await register.authenticate(authorization)
  revokeElsewhere()
  clock.now += rememberedMs
  await register.authenticate(authorization)
  expect(told).toEqual([deviceId])
})

test('a clock that is set back remembers no device for longer', async () => {
  const { register, revokeElsewhere, clock } = setUp()
  await register.authenticate(authorization)
  revokeElsewhere()
  clock.now -= 3_600_000
  expect(await register.authenticate(authorization)).toMatchObject({ error: { code: 'device_revoked' } })
})

test('only a whole token is a token', () => {
  expect(parseDeviceToken(authorization)).toEqual({ ...key, secret })
  expect(parseDeviceToken(authorization.replace('Bearer', 'bearer'))).toEqual({ ...key, secret })
  expect(parseDeviceToken(`Bearer ${deviceToken({ ...key, secret })}`)).toEqual({ ...key, secret })
  for (const text of [
    undefined,
    '',
    'Bearer',
    `Bearer ${deviceId}`,
    `Bearer ${deviceId}.${secret}`,
    `Bearer ${societyId}.${deviceId}.${secret}`,
    `Bearer v1.${societyId}.${deviceId}.${secret}`,
    `Bearer v2..${deviceId}.${secret}`,
    `v2.${societyId}.${deviceId}.${secret}`,
    `${authorization}x`,
    ` ${authorization}`,
  ]) {
    expect(parseDeviceToken(text)).toBeNull()
  }
})
