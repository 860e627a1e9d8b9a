import { createHmac } from 'node:crypto'

/** Keyed, since 40 bits behind a bare hash are guessed in minutes by who steals the database. */
export const hashEnrolmentCode = (code: string, adminKey: string): string =>
  createHmac('sha256', adminKey).update(`enrolment-code:${code}`).digest('hex')
