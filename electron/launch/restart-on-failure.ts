import { app } from 'electron'
import type { Log } from '../services/log.ts'

/** A shell that fails sooner than this after its start would only fail again. */
const soonMs = 30_000

/**
 * Electron answers a bug in the main process with a dialog, behind which the gate waits. Every record that was called
 * saved is on the disk, so the shell restarts instead.
 */
export const restartOnFailure = (log: Log): void => {
  // The reader of the log may be gone; that is no reason to fail.
  process.stderr.on('error', () => undefined)
  const startedAt = performance.now()
  const giveUp = (error: unknown): void => {
    log.error('unexpected failure', {
      name: error instanceof Error ? error.name : 'unknown',
      stack: stackOf(error),
    })
    if (performance.now() - startedAt > soonMs) app.relaunch()
    app.exit(1)
  }
  process.on('uncaughtException', giveUp)
  process.on('unhandledRejection', giveUp)
}

/** Where it happened, without the message, which may hold a value. */
const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? '').split('\n').slice(1, 6).join(' ') : ''
