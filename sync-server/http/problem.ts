/** Errors of the resources under `/api/v1/`, as RFC 9457 has them. The kiosks' routes keep their own form. */
import { errorDescriptions } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import type { FastifyReply } from 'fastify'
import Type from 'typebox'

export interface Problem {
  /** `urn:chowki:problem:<code>` */
  readonly type: string
  /** What kind of failure it is, the same for each of its code. */
  readonly title: string
  readonly status: number
  /** This failure: names the field and the rule, never a value. */
  readonly detail: string
  readonly code: string
  /** Path with slashes, e.g. `rows/3/phone`; a name of a query's parameter; a header's name. */
  readonly field?: string
  readonly remedy: string
  /** What could be asked for instead. */
  readonly allowed?: readonly string[]
  /** Milliseconds to wait before trying again, where waiting helps. */
  readonly retryAfterMs?: number
}

export const problemSchema = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  code: Type.String(),
  field: Type.Optional(Type.String()),
  remedy: Type.String(),
  allowed: Type.Optional(Type.Array(Type.String())),
  retryAfterMs: Type.Optional(Type.Number()),
})

export const problemType = (code: string): string => `urn:chowki:problem:${code}`

/** By the address as it was sent, as what no route takes has its errors too. */
export const isOfResources = (url: string): boolean => url.startsWith('/api/v1/')

export const sendProblem = (reply: FastifyReply, problem: Problem): FastifyReply =>
  // As bytes of our own: a route's schemas are for its other answers.
  reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem))

export function toProblem({ code, field, message, remedy, retryAfterMs }: ChowkiError): Problem {
  const { status, cause } = errorDescriptions[code]
  return {
    type: problemType(code),
    title: cause,
    status,
    detail: message,
    code,
    ...(field === undefined ? {} : { field }),
    remedy,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  }
}
