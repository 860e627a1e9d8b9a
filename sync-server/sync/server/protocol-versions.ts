/** What the versions of the protocol differ in, in one place; the rest of the server speaks the newest. */
import { acceptedProtocolVersions } from '@chowki/shared/protocol/messages.ts'
import type {
  PushRequest,
  PushResponse,
  PushResponseV1,
  PushResult,
  WireDocument,
} from '@chowki/shared/protocol/messages.ts'

export type ProtocolVersion = 1 | 2

export function readProtocolVersion(header: string | string[] | undefined): ProtocolVersion | undefined {
  if (typeof header !== 'string' || !/^[0-9]{1,4}$/.test(header)) return undefined
  const version = Number(header)
  return acceptedProtocolVersions.includes(version) ? (version as ProtocolVersion) : undefined
}

/** Whether a route exists in a version. */
export const offersReconcile: Readonly<Record<ProtocolVersion, boolean>> = { 1: false, 2: true }

export function toPushResponse(
  version: ProtocolVersion,
  request: PushRequest,
  results: PushResult[],
  serverTime: number,
): PushResponse | PushResponseV1 {
  if (version === 2) return { results, serverTime }
  const conflicts: WireDocument[] = []
  const rejected: { id: string; code: string }[] = []
  for (const [index, result] of results.entries()) {
    const id: unknown = request.rows[index]?.newDocumentState._id
    if (result.status === 'conflict') conflicts.push(result.document)
    if (result.status === 'quarantined') {
      rejected.push({ id: typeof id === 'string' ? id : '', code: result.error.code })
    }
  }
  return { conflicts, rejected, serverTime }
}
