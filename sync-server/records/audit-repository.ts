import type { AuditActorKind } from '@chowki/shared/collections/audit-logs.ts'

export type AuditAction =
  'photo.viewed' | 'quarantine.viewed' | 'device.enrolled' | 'device.revoked' | 'enrolmentCode.issued'

/** Who did what to which record, and when; never what the record said. */
export interface AuditLine {
  readonly societyId: string
  readonly actor: { readonly kind: AuditActorKind; readonly id: string }
  readonly action: AuditAction
  readonly subject: { readonly collection: string; readonly id: string }
  readonly requestId?: string
  /** Epoch milliseconds. */
  readonly at: number
}

export interface AuditRepository {
  append(line: AuditLine): Promise<void>
}
