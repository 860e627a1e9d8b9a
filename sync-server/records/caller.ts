/** Who may write what, the whole of it in one table; and what the audit says of who. */
import type { AuditActorKind } from '@chowki/shared/collections/audit-logs.ts'
import type { CollectionDefinition } from '@chowki/shared/collections/define-collection.ts'
import type { Author, LogFields } from '../storage/log.ts'

export interface Caller {
  readonly kind: CallerKind
  /** A device's id, or the name of a part of the server. */
  readonly id: string
  /** For the audit. */
  readonly requestId?: string
}

export type CallerKind = keyof typeof callerKinds

interface CallerRules {
  readonly actorKind: AuditActorKind
  readonly mayWrite: (definition: CollectionDefinition) => boolean
}

const ledgers = ['auditLogs', 'quarantine']
const enrolled = ['enrolmentCodes', 'guardDevices', 'deviceSecrets']
const allBut =
  (...names: readonly string[]) =>
  ({ name }: CollectionDefinition) =>
    !names.includes(name)

const callerKinds = {
  /** A kiosk, in its own society. */
  device: {
    actorKind: 'device',
    mayWrite: ({ name, kiosk }) => kiosk?.writes === 'own' || name === 'photos',
  },
  /** A kiosk that shows a code. */
  enrolment: { actorKind: 'device', mayWrite: ({ name }) => enrolled.includes(name) },
  admin: { actorKind: 'admin', mayWrite: allBut(...ledgers, 'deviceSecrets', 'photos') },
  commandLine: { actorKind: 'admin', mayWrite: allBut(...ledgers, 'deviceSecrets', 'photos') },
  /** A part of the server, by its name: the demonstration, a follower, a scheduler. */
  system: { actorKind: 'system', mayWrite: allBut(...ledgers, 'deviceSecrets') },
} satisfies Record<string, CallerRules>

export const rulesOf = ({ kind }: Caller): CallerRules => callerKinds[kind]

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
