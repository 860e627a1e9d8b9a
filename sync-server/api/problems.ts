/** What only the resources refuse, with cause and remedy, as `shared/errors/codes.ts` has it for all. */
import type { Problem } from '../http/problem.ts'
import { problemType } from '../http/problem.ts'

interface Description {
  readonly status: 400 | 409 | 412 | 422 | 428
  readonly title: string
  readonly remedy: string
}

const describe = <const T extends Record<string, Description>>(table: T): T => table

export const resourceProblems = describe({
  query_invalid: {
    status: 400,
    title: 'A parameter of the address is unknown or of the wrong form.',
    remedy: 'Correct the named parameter and ask again.',
  },
  filter_refused: {
    status: 400,
    title: 'There is no index for this filter or this order.',
    remedy: 'Filter by the fields of one line of `allowed`, from its left, and sort by the next of them.',
  },
  cursor_invalid: {
    status: 400,
    title: 'The cursor is not of this list.',
    remedy:
      'Repeat the request that gave the cursor with the same filter and sort, or begin without a cursor.',
  },
  record_invalid: {
    status: 422,
    title: 'A record does not fit its collection.',
    remedy: 'Correct the named field and send again; nothing was written.',
  },
  id_taken: {
    status: 409,
    title: 'The id is in use.',
    remedy: 'Send another `_id`, or none: the server makes one.',
  },
  value_taken: {
    status: 409,
    title: 'Another record of the society has this value, which only one may have.',
    remedy: 'Change the named field, or change the record that has the value; it may be a removed one.',
  },
  precondition_required: {
    status: 428,
    title: 'A change must say which version it changes.',
    remedy: 'Read the record and send its `ETag` as `If-Match`.',
  },
  precondition_failed: {
    status: 412,
    title: 'The record has changed since it was read.',
    remedy: 'Read it again, make the change on what is there now, and send its new `ETag`.',
  },
  idempotency_key_missing: {
    status: 400,
    title: 'What creates records needs an `Idempotency-Key`.',
    remedy:
      'Send a key of your own, 8 to 128 letters, digits, `-` or `_`, and the same key when you try again.',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'This key was used for another request.',
    remedy: 'Send a new key with a new request.',
  },
})

export type ResourceProblemCode = keyof typeof resourceProblems

/** Carries a problem through Fastify's error path. */
export class ResourceRefused extends Error {
  override name = 'ResourceRefused'
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.problem = problem
  }
}

interface Details {
  readonly field?: string
  readonly detail?: string
  readonly allowed?: readonly string[]
}

export function resourceProblem(code: ResourceProblemCode, details: Details = {}): Problem {
  const { status, title, remedy } = resourceProblems[code]
  const { field, detail = title, allowed } = details
  return {
    type: problemType(code),
    title,
    status,
    detail,
    code,
    ...(field === undefined ? {} : { field }),
    remedy,
    ...(allowed === undefined ? {} : { allowed }),
  }
}

export const refuse = (code: ResourceProblemCode, details?: Details): ResourceRefused =>
  new ResourceRefused(resourceProblem(code, details))
