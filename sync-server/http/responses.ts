import { errorDescriptions } from '@chowki/shared/errors/codes.ts'
import type { ErrorCode } from '@chowki/shared/errors/codes.ts'
import Type from 'typebox'
import type { TObject } from 'typebox'

export const errorSchema = Type.Object({
  error: Type.Object({
    code: Type.String(),
    field: Type.Optional(Type.String()),
    message: Type.String(),
    remedy: Type.String(),
    retryAfterMs: Type.Optional(Type.Number()),
  }),
})

/** For the API description: which codes a route answers with, under their statuses. */
export function errorResponses(...codes: readonly ErrorCode[]): Record<number, TObject> {
  const statuses = [...new Set(codes.map((code) => errorDescriptions[code].status))]
  return Object.fromEntries(
    statuses.map((status) => {
      const causes = codes.filter((code) => errorDescriptions[code].status === status)
      const description = causes.map((code) => `\`${code}\`: ${errorDescriptions[code].cause}`).join(' ')
      return [status, { ...errorSchema, description } as TObject]
    }),
  )
}
