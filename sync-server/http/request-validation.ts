import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { checkAgainst } from '@chowki/shared/projections/validate.ts'
import type { FastifyInstance } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import type { TSchema } from 'typebox'

/** Carries an answer through Fastify's own error path. */
export class RequestRefused extends Error {
  override name = 'RequestRefused'
  readonly answer: ChowkiError

  constructor(answer: ChowkiError) {
    super(answer.message)
    this.answer = answer
  }
}

/** The same judge as for documents: nothing is coerced, stripped or defaulted, and no value is repeated. */
export const requestValidation = fastifyPlugin(
  async (app: FastifyInstance) => {
    app.setValidatorCompiler(({ schema, httpPart = 'body' }) => (value: unknown) => {
      const judged = checkAgainst(schema as TSchema, value)
      if (judged.ok) return { value }
      const { field, message } = judged.error
      return {
        error: new RequestRefused(chowkiError('invalid_request', { field: field || httpPart, message })),
      }
    })
  },
  { name: 'request-validation' },
)
