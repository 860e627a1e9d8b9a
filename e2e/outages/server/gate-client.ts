/** A desk as the server sees it: plain HTTP, one device's token. An answer counts only when all of it has arrived. */
import { createHash } from 'node:crypto'
import type { VisitorEntry } from '@chowki/shared/collections/visitor-entries.ts'
import { protocolHeader, protocolVersion } from '@chowki/shared/protocol/messages.ts'
import type { Checkpoint, PullResponse, PushResponse } from '@chowki/shared/protocol/messages.ts'
import { encodePhotoFrame } from '@chowki/shared/protocol/photo-frame.ts'
import type { FramedPhoto } from '@chowki/shared/protocol/photo-frame.ts'
import type { EnrolledDevice } from '../../../build/services/enrol-device.ts'

export interface VisitPush {
  readonly kind: 'visits'
  readonly rows: readonly { readonly before?: VisitorEntry; readonly after: VisitorEntry }[]
}

export interface PhotoPush {
  readonly kind: 'photos'
  readonly photos: readonly FramedPhoto[]
}

export type Push = VisitPush | PhotoPush

const patienceMs = 90_000
const pageSize = 1_000
const visitsPath = '/api/sync/visitorEntries'

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

export class GateClient {
  readonly device: EnrolledDevice
  /** The server's, after its last start. */
  origin: string

  constructor(origin: string, device: EnrolledDevice) {
    this.origin = origin
    this.device = device
  }

  /** False when there was no usable answer; whether it was stored is then unknown. A refusal throws. */
  async send(push: Push, abandoned: AbortSignal): Promise<boolean> {
    const answer = await this.#tryJson<PushResponse>(() =>
      push.kind === 'visits' ? this.#pushVisits(push, abandoned) : this.#pushPhotos(push, abandoned),
    )
    if (answer === null) return false
    const odd = answer.results.find(({ status }) => status !== 'stored' && status !== 'unchanged')
    if (odd !== undefined) throw new Error(`The server answers a push of ${push.kind}: ${odd.status}`)
    return true
  }

  /** Null when there was no usable answer. */
  async pull(checkpoint: Checkpoint | null, abandoned?: AbortSignal): Promise<PullResponse | null> {
    const body = { schemaVersion: 0, checkpoint, limit: pageSize }
    return this.#tryJson<PullResponse>(() => this.#post(`${visitsPath}/pull`, body, abandoned))
  }

  /** Of these photos, by id and hash. */
  async missingPhotos(photos: readonly (readonly [id: string, sha256: string])[]): Promise<string[]> {
    const body = { photos: photos.map(([id, hash]) => ({ id, sha256: hash })) }
    const answer = await this.#post('/api/photos/missing', body)
    if (!answer.ok) throw new Error(`photos: ${answer.status} ${await answer.text()}`)
    return ((await answer.json()) as { missing: string[] }).missing
  }

  /** Of its bytes as they come; null where the server does not have it. */
  async photoHash(photoId: string): Promise<string | null> {
    const answer = await fetch(`${this.origin}/api/photos/${photoId}`, { headers: this.#headers() })
    const bytes = new Uint8Array(await answer.arrayBuffer())
    return answer.ok ? sha256(bytes) : null
  }

  async #tryJson<T>(ask: () => Promise<Response>): Promise<T | null> {
    try {
      const answer = await ask()
      const text = await answer.text()
      if (answer.ok) return JSON.parse(text) as T
      if (answer.status < 500) throw new Refused(`${answer.status} ${text}`)
      return null
    } catch (error) {
      if (error instanceof Refused) throw error
      return null
    }
  }

  #pushVisits({ rows }: VisitPush, abandoned: AbortSignal): Promise<Response> {
    const body = {
      schemaVersion: 0,
      sentAt: Date.now(),
      rows: rows.map(({ before, after }) => ({
        ...(before === undefined ? {} : { assumedMasterState: before }),
        newDocumentState: after,
      })),
    }
    return this.#post(`${visitsPath}/push`, body, abandoned)
  }

  #pushPhotos({ photos }: PhotoPush, abandoned: AbortSignal): Promise<Response> {
    const frame = encodePhotoFrame(photos)
    if (!frame.ok) throw new Error(frame.error.message)
    return fetch(`${this.origin}/api/photos`, {
      method: 'POST',
      headers: { ...this.#headers(), 'content-type': 'application/octet-stream' },
      body: frame.value,
      signal: withPatience(abandoned),
    })
  }

  #post(path: string, body: object, abandoned?: AbortSignal): Promise<Response> {
    return fetch(`${this.origin}${path}`, {
      method: 'POST',
      headers: { ...this.#headers(), 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: withPatience(abandoned),
    })
  }

  #headers(): Record<string, string> {
    return { authorization: `Bearer ${this.device.token}`, [protocolHeader]: String(protocolVersion) }
  }
}

class Refused extends Error {
  override name = 'Refused'
}

const withPatience = (abandoned?: AbortSignal): AbortSignal =>
  AbortSignal.any([AbortSignal.timeout(patienceMs), ...(abandoned === undefined ? [] : [abandoned])])
