/** A device without a screen, enrolled over HTTP as a kiosk is. */
import { randomBytes } from 'node:crypto'
import { deviceToken } from '@chowki/shared/protocol/device-api.ts'
import type { EnrolResponse } from '@chowki/shared/protocol/device-api.ts'
import { protocolHeader, protocolVersion } from '@chowki/shared/protocol/messages.ts'

export interface EnrolledDevice {
  readonly deviceId: string
  readonly societyId: string
  readonly gateId: string
  readonly token: string
}

/** The id and secret that a kiosk creates before it enrols. */
export const newDevice = (): { deviceId: string; secret: string } => ({
  deviceId: randomBytes(12).toString('hex'),
  secret: randomBytes(32).toString('base64url'),
})

/** The headers that every request of an enrolled device carries. */
export const deviceHeaders = (token: string): Readonly<Record<string, string>> => ({
  authorization: `Bearer ${token}`,
  [protocolHeader]: String(protocolVersion),
})

/** `code`: not used yet. Throws when the server refuses. */
export async function enrolDevice(origin: string, code: string, deviceName: string): Promise<EnrolledDevice> {
  const { deviceId, secret } = newDevice()
  const answer = await fetch(`${origin}/api/enrol`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [protocolHeader]: String(protocolVersion) },
    body: JSON.stringify({ code, deviceId, secret, deviceName }),
  })
  if (!answer.ok) throw new Error(`enrolment: ${answer.status} ${await answer.text()}`)
  const { societyId, gateId } = (await answer.json()) as EnrolResponse
  return { deviceId, societyId, gateId, token: deviceToken({ societyId, deviceId, secret }) }
}
