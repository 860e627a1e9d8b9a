import type { ChowkiError } from '@chowki/shared/errors/codes.ts'

/** Carries an answer through Fastify's own error path. */
export class SyncRequestError extends Error {
  override name = 'SyncRequestError'
  readonly answer: ChowkiError

  constructor(answer: ChowkiError) {
    super(answer.message)
    this.answer = answer
  }
}
