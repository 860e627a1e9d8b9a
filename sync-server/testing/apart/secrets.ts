/** What must never come back to a desk of another society, and the search for it in an answer. */
import type { Checkpoint } from '@chowki/shared/protocol/messages.ts'
import type { InjectOptions } from 'fastify'
import type { MarkedSociety } from './marked-society.ts'

export interface Secrets {
  /**
   * Texts, phones, secrets and bytes of the other society, whatever was sent; its ids where the request did not name
   * them itself.
   */
  foundIn(answer: string, request: InjectOptions): string[]
}

export function secretsOf(society: MarkedSociety, checkpoint: Checkpoint, etag: string): Secrets {
  const { device, mark, phonePrefix, photo, codeUser, unusedCode, usedCode } = society
  const never = [mark, phonePrefix, device.society.name, device.secret, codeUser.secret, unusedCode, usedCode]
  const { societyId, gateId, otherGateId, flatId } = device.society
  const ids = new Set([
    ...[societyId, gateId, otherGateId, flatId, device.deviceId, codeUser.deviceId, photo.id, photo.sha256],
    ...[checkpoint.lineage, etag],
    ...[...society.documents.values()].flat().flatMap(idsIn),
  ])
  return {
    foundIn(answer, request) {
      const sent = textOf(request)
      const texts = never.filter((text) => answer.includes(text))
      return [...texts, ...[...ids].filter((id) => answer.includes(id) && !sent.includes(id))]
    },
  }
}

function idsIn(value: unknown): string[] {
  if (typeof value === 'string') return /^[0-9a-f]{24}$/.test(value) ? [value] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(idsIn)
}

function textOf({ url, query, headers, payload }: InjectOptions): string {
  const body = Buffer.isBuffer(payload) ? payload.toString('latin1') : JSON.stringify(payload)
  return `${JSON.stringify([url, query, headers])} ${body}`
}
