/** A device without a screen, enrolled like a kiosk, through which a test asks the server as a desk does. */
import { deviceHeaders } from '../../build/services/enrol-device.ts'
import type { EnrolledDevice } from '../../build/services/enrol-device.ts'
import type { EnrolmentTarget, SyncServer } from '../../build/services/sync-server.ts'

export class HeadlessDevice {
  readonly #server: SyncServer
  readonly #device: EnrolledDevice

  private constructor(server: SyncServer, device: EnrolledDevice) {
    this.#server = server
    this.#device = device
  }

  static async enrol(server: SyncServer, target: EnrolmentTarget): Promise<HeadlessDevice> {
    return new HeadlessDevice(server, await server.enrol(target))
  }

  get deviceId(): string {
    return this.#device.deviceId
  }

  async photo(photoId: string): Promise<Buffer> {
    const answer = await this.#ask('GET', `/api/photos/${photoId}`)
    return Buffer.from(await answer.arrayBuffer())
  }

  post(route: string, body: object): Promise<Response> {
    return this.#ask('POST', route, body)
  }

  async #ask(method: string, route: string, body?: object): Promise<Response> {
    const answer = await fetch(`${this.#server.origin}${route}`, {
      method,
      headers: {
        ...deviceHeaders(this.#device.token),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${method} ${route}: ${String(answer.status)} ${await answer.text()}`)
    return answer
  }
}
