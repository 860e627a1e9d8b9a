import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { Problem } from '../http/problem.ts'
import { toProblem } from '../http/problem.ts'
import { RecordIdTaken, RecordRefused, WriteForbidden } from '../records/record-errors.ts'
import { ResourceRefused, resourceProblem } from './problems.ts'

/** Of what `records.write` rejects with; null where it is not about the request. */
export function problemOf(error: unknown): Problem | null {
  if (error instanceof ResourceRefused) return error.problem
  if (error instanceof RecordIdTaken) return resourceProblem('id_taken', { field: '_id' })
  if (error instanceof WriteForbidden) return toProblem(chowkiError('forbidden'))
  if (!(error instanceof RecordRefused)) return null
  const { field, reason, isTaken } = error
  if (isTaken) return resourceProblem('value_taken', { field })
  return resourceProblem('record_invalid', {
    field: field === '' ? 'body' : field,
    detail: `${field} ${reason}.`.trim(),
  })
}
