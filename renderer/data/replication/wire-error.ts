/** An error as the server said it; a code that this kiosk is too old to know is an internal error to it. */
import { chowkiError, errorDescriptions } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError, ErrorCode } from '@chowki/shared/errors/codes.ts'

export interface SaidError {
  readonly code?: string
  readonly field?: string
  readonly message?: string
  readonly retryAfterMs?: number
}

export function toChowkiError({ code, field, message, retryAfterMs }: SaidError = {}): ChowkiError {
  return chowkiError(code !== undefined && isErrorCode(code) ? code : 'internal', {
    ...(field === undefined ? {} : { field }),
    ...(message === undefined ? {} : { message }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  })
}

const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(errorDescriptions, code)
