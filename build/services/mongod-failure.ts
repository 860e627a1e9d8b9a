import { existsSync, readFileSync } from 'node:fs'
import { Refusal } from '../setup/refusal.mjs'

interface Failure {
  readonly exitCodes: readonly number[]
  readonly sign: RegExp
  readonly reason: string
  readonly remedy: string
}

/** mongod's exit codes are documented, but several causes share one: the log decides. */
const failures: readonly Failure[] = [
  {
    exitCodes: [100],
    sign: /DBPathInUse|Unable to lock the lock file/,
    reason: 'Another MongoDB uses the same data folder.',
    remedy: 'Stop it, or set CHOWKI_DATA to another folder.',
  },
  {
    exitCodes: [48],
    sign: /Address already in use/,
    reason: 'MongoDB’s port was taken just now.',
    remedy: 'Run the same command again.',
  },
  {
    exitCodes: [14],
    sign: /No space left on device/,
    reason: 'The disk is full.',
    remedy: 'Free some space, then run the same command again.',
  },
  {
    exitCodes: [62],
    sign: /UPGRADE PROBLEM|[Ff]eatureCompatibilityVersion/,
    reason: 'The data folder was written by another version of MongoDB.',
    remedy: 'Use the mongod that wrote it, or set CHOWKI_DATA to another folder.',
  },
]

export const mongodFailure = (exitCode: number, logPath: string): Refusal => {
  const log = existsSync(logPath) ? readFileSync(logPath, 'utf8').slice(-200_000) : ''
  const known = failures.find(({ exitCodes, sign }) => exitCodes.includes(exitCode) && sign.test(log))
  return known
    ? new Refusal(known.reason, known.remedy)
    : new Refusal(`MongoDB did not start (exit code ${exitCode}).`, `The end of ${logPath} says why.`)
}
