/** A gate whose program still speaks version 1 of the protocol: what it sends, and how it reads the answer to a push. */
import { protocolHeader } from '@chowki/shared/protocol/messages.ts'
import type { PushRequest, PushResponse, PushResponseV1 } from '@chowki/shared/protocol/messages.ts'
import type { Answer } from './simulated-server.ts'

export const protocolOne = { [protocolHeader]: '1' }

/** Row by row, as the gate's client wants it: what is in neither list is stored. */
export function fromProtocolOne(path: string, sent: string, answer: Answer): Answer {
  if (!path.endsWith('/push') || answer.status !== 200) return answer
  const { conflicts, rejected, serverTime } = JSON.parse(answer.body) as PushResponseV1
  const results = (JSON.parse(sent) as PushRequest).rows.map(({ newDocumentState: { _id } }) => {
    const document = conflicts.find((one) => one._id === _id)
    if (document) return { status: 'conflict', document } as const
    const refused = rejected.find(({ id }) => id === _id)
    if (!refused) return { status: 'stored' } as const
    return { status: 'quarantined', error: { code: refused.code, message: '', remedy: '' } } as const
  })
  return { status: 200, body: JSON.stringify({ results, serverTime } satisfies PushResponse) }
}
