import { randomBytes } from 'node:crypto'
import {
  createEnrolmentCode,
  enrolmentCodeLength,
  enrolmentCodeLifeMs,
} from '@chowki/shared/domain/enrolment-code.ts'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import type { Caller } from '../../records/caller.ts'
import type { SiteRepository } from '../site/site-repository.ts'
import { hashEnrolmentCode } from './enrolment-repository.ts'
import type { EnrolmentRepository } from './enrolment-repository.ts'

export interface IssueCodeParts {
  readonly enrolments: EnrolmentRepository
  readonly sites: SiteRepository
  readonly adminKey: string
  readonly now: () => number
}

export interface NewCode {
  /** The only time that it is seen: the server keeps a keyed hash. */
  readonly code: string
  /** Epoch milliseconds. */
  readonly expiresAt: number
}

export async function issueEnrolmentCode(
  request: { societyId: string; gateId: string; deviceName: string },
  caller: Caller,
  { enrolments, sites, adminKey, now }: IssueCodeParts,
): Promise<Result<NewCode, ChowkiError>> {
  const gates = await sites.gates(request.societyId)
  if (!gates.some(({ gateId }) => gateId === request.gateId)) {
    return err(chowkiError('not_found', { field: 'gateId', message: 'The society has no such gate.' }))
  }
  const code = createEnrolmentCode(randomBytes(enrolmentCodeLength))
  const issuedAt = now()
  const expiresAt = issuedAt + enrolmentCodeLifeMs
  const codeHash = hashEnrolmentCode(code, adminKey)
  await enrolments.insertCode(caller, { codeHash, ...request, issuedAt, expiresAt, usedBy: null })
  return ok({ code, expiresAt })
}
