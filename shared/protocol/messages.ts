/**
 * The wire protocol between a replica and the sync server: pull, push, reconcile, nudge.
 * It knows partitions, documents and sequences, nothing of gates.
 * A change here is a new protocol version: add it to `protocolHistory`; the hash test fails otherwise.
 */
import Type from 'typebox'
import type { Static } from 'typebox'

/** One line for each version; the server accepts the newest two. */
export const protocolHistory = {
  1: 'pull, push with a conflict list and a rejection list, nudges',
  2: 'push answers row by row with one result each; reconcile',
} as const
export const protocolVersion = 2
export const acceptedProtocolVersions: readonly number[] = [protocolVersion - 1, protocolVersion]
export const protocolHeader = 'x-sync-protocol'

export const limits = {
  pullLimitMax: 1000,
  pushRowsMax: 1000,
  reconcileRowsMax: 5000,
  /** Bytes of a request body after decompression. */
  bodyBytesMax: 8 * 1024 * 1024,
} as const

const closed = { additionalProperties: false } as const
const idSchema = Type.String({ minLength: 1, maxLength: 64 })

/** Opaque to the replica. `lineage` names one history of one partition: a restored or emptied server has another. */
export const checkpointSchema = Type.Object(
  {
    lineage: Type.String({ minLength: 1, maxLength: 64 }),
    seq: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  },
  closed,
)
export type Checkpoint = Static<typeof checkpointSchema>

/** A document on the wire: the collection's own schema judges the rest, row by row. */
export const wireDocumentSchema = Type.Object(
  { _id: Type.Optional(Type.Unknown()) },
  { additionalProperties: true },
)
export type WireDocument = { _id: string; _deleted?: boolean; [field: string]: unknown }

/** Answers are open: a replica ignores what a newer server adds. */
const storedDocument = () =>
  Type.Unsafe<WireDocument>({ type: 'object', required: ['_id'], properties: { _id: { type: 'string' } } })
/** Epoch milliseconds by the server's clock. */
const serverTime = () => Type.Number()

export const pullRequestSchema = Type.Object(
  {
    schemaVersion: Type.Integer({ minimum: 0, maximum: 10_000 }),
    checkpoint: Type.Union([checkpointSchema, Type.Null()]),
    limit: Type.Integer({ minimum: 1, maximum: limits.pullLimitMax }),
  },
  closed,
)
export type PullRequest = Static<typeof pullRequestSchema>

/** `documents.length < limit` means that the replica has everything. The server honours `limit` exactly. */
export const pullResponseSchema = Type.Object({
  documents: Type.Array(storedDocument()),
  checkpoint: checkpointSchema,
  serverTime: serverTime(),
})
export type PullResponse = Readonly<Static<typeof pullResponseSchema>>

export const pushRowSchema = Type.Object(
  {
    assumedMasterState: Type.Optional(wireDocumentSchema),
    newDocumentState: wireDocumentSchema,
  },
  closed,
)
export const pushRequestSchema = Type.Object(
  {
    schemaVersion: Type.Integer({ minimum: 0, maximum: 10_000 }),
    /** Epoch milliseconds by the replica's clock when it sent this: the drift is judged by it. Any value is taken. */
    sentAt: Type.Number(),
    rows: Type.Array(pushRowSchema, { minItems: 1, maxItems: limits.pushRowsMax }),
  },
  closed,
)
export interface PushRow {
  assumedMasterState?: WireDocument
  newDocumentState: WireDocument
}
export interface PushRequest {
  schemaVersion: number
  sentAt: number
  rows: PushRow[]
}

export const wireErrorSchema = Type.Object({
  code: Type.String(),
  field: Type.Optional(Type.String()),
  message: Type.String(),
  remedy: Type.String(),
})
export type WireError = Readonly<Static<typeof wireErrorSchema>>

export const pushResultSchema = Type.Union([
  Type.Object({ status: Type.Literal('stored') }),
  /** The server holds this state already: a retry whose first reply was lost. */
  Type.Object({ status: Type.Literal('unchanged') }),
  /** The server's state differs from the assumed one: merge with `document` and push again. */
  Type.Object({ status: Type.Literal('conflict'), document: storedDocument() }),
  /** Refused, kept by the server in quarantine for people to see; do not send it again unchanged. */
  Type.Object({ status: Type.Literal('quarantined'), error: wireErrorSchema }),
])
/** One result for each row, in order. A bad row never blocks its neighbours. */
export type PushResult = Readonly<Static<typeof pushResultSchema>>

export const pushResponseSchema = Type.Object({
  results: Type.Array(pushResultSchema),
  serverTime: serverTime(),
})
export type PushResponse = Readonly<Static<typeof pushResponseSchema>>

/** What a replica of protocol version 1 gets instead. */
export const pushResponseV1Schema = Type.Object({
  conflicts: Type.Array(storedDocument()),
  rejected: Type.Array(Type.Object({ id: Type.String(), code: Type.String() })),
  serverTime: serverTime(),
})
export type PushResponseV1 = Readonly<Static<typeof pushResponseV1Schema>>

export const reconcileRequestSchema = Type.Object(
  {
    schemaVersion: Type.Integer({ minimum: 0, maximum: 10_000 }),
    /** Hex SHA-256 of the canonical JSON of the replica-owned fields (see `documentHash`). */
    rows: Type.Array(
      Type.Object({ id: idSchema, hash: Type.String({ pattern: '^[0-9a-f]{64}$' }) }, closed),
      {
        maxItems: limits.reconcileRowsMax,
      },
    ),
  },
  closed,
)
export type ReconcileRequest = Static<typeof reconcileRequestSchema>

export const reconcileResponseSchema = Type.Object({
  /** Ids that the server does not hold, or holds otherwise: push them again. */
  missing: Type.Array(Type.String()),
  different: Type.Array(Type.String()),
  /** How many live documents of this collection are in the replica's scope: fewer here means pull again from the beginning. */
  liveCount: Type.Number(),
  serverTime: serverTime(),
})
export type ReconcileResponse = Readonly<Static<typeof reconcileResponseSchema>>

/** SSE `event: nudge`; carries no documents (a missed event must cost nothing). */
export const nudgeSchema = Type.Object({ collections: Type.Array(Type.String({ maxLength: 64 })) }, closed)
export type Nudge = Static<typeof nudgeSchema>
