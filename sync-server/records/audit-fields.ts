import type { Author, LogFields } from '../storage/log.ts'
import { rulesOf } from './caller.ts'
import type { Caller } from './caller.ts'

/** What each entry says of who and when. */
export const auditFields = ({ kind, id, requestId }: Author, at: number): LogFields => ({
  actorKind: kind,
  actorId: id,
  createdAt: at,
  updatedAt: at,
  ...(requestId === undefined ? {} : { requestId }),
})

export const toAuthor = (caller: Caller): Author => ({
  kind: rulesOf(caller).actorKind,
  id: caller.id,
  ...(caller.requestId === undefined ? {} : { requestId: caller.requestId }),
})
