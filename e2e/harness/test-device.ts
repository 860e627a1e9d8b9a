/** A device without a screen, enrolled like a kiosk: through it a test sees what the server gives to this society's desks. */
import { randomBytes } from 'node:crypto'
import { deviceToken } from '@chowki/shared/protocol/device-api.ts'
import type { EnrolResponse } from '@chowki/shared/protocol/device-api.ts'
import { protocolHeader, protocolVersion } from '@chowki/shared/protocol/messages.ts'
import type { TestServer, EnrolmentTarget } from './test-server.ts'

export class TestDevice {
  readonly #server: TestServer
  readonly #token: string
  readonly deviceId: string

  private constructor(server: TestServer, deviceId: string, token: string) {
    this.#server = server
    this.deviceId = deviceId
    this.#token = token
  }

  static async enrol(server: TestServer, target: EnrolmentTarget): Promise<TestDevice> {
    const deviceId = randomBytes(12).toString('hex')
    const secret = randomBytes(32).toString('base64url')
    const code = await server.enrolmentCode(target)
    const answer = await fetch(`${server.url}/api/enrol`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [protocolHeader]: String(protocolVersion) },
      body: JSON.stringify({ code, deviceId, secret, deviceName: target.deviceName }),
    })
    if (!answer.ok) throw new Error(`enrolment: ${String(answer.status)} ${await answer.text()}`)
    const { societyId } = (await answer.json()) as EnrolResponse
    return new TestDevice(server, deviceId, deviceToken({ societyId, deviceId, secret }))
  }

  async photo(photoId: string): Promise<Buffer> {
    const answer = await this.#ask('GET', `/api/photos/${photoId}`)
    return Buffer.from(await answer.arrayBuffer())
  }

  post(route: string, body: object): Promise<Response> {
    return this.#ask('POST', route, body)
  }

  async #ask(method: string, route: string, body?: object): Promise<Response> {
    const answer = await fetch(`${this.#server.url}${route}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        [protocolHeader]: String(protocolVersion),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${method} ${route}: ${String(answer.status)} ${await answer.text()}`)
    return answer
  }
}
