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

export interface QuarantineRepository {
  /** Newest first. */
  list(societyId: string, limit: number): Promise<QuarantineSummary[]>
}
