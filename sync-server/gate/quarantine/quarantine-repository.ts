/** A refused row as people see it in a list: what and why, not what it held. */
export interface QuarantineSummary {
  readonly societyId: string
  readonly collection: string
  readonly documentId: string
  readonly errorCode: string
  readonly field: string | null
  readonly deviceId: string
  /** Epoch milliseconds. */
  readonly at: number
}

export interface QuarantinedRow extends QuarantineSummary {
  /** As it was sent, with its keys in order; cut where it was very long. Null where its key is gone. */
  readonly json: string | null
}

export interface QuarantineRepository {
  /** Newest first. */
  list(societyId: string, limit: number): Promise<QuarantineSummary[]>
  /** Each refused state of one document, newest first, opened: a look at personal data, to be audited by the caller. */
  read(societyId: string, documentId: string, limit: number): Promise<QuarantinedRow[]>
}
