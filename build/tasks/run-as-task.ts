import { errorToExitCode, errorToLine } from '../setup/refusal.mjs'

/**
 * Runs a task: one clear line on failure, and a signal that aborts when the task must stop, because a
 * person asked for it or because its parent process has died.
 */
export const runAsTask = async (work: (stop: AbortSignal) => Promise<number | void>): Promise<void> => {
  const stop = new AbortController()
  const abort = (): void => stop.abort()
  process.on('SIGTERM', abort)
  process.on('SIGINT', abort)
  process.on('SIGHUP', abort)
  process.on('disconnect', abort)
  try {
    process.exitCode = (await work(stop.signal)) ?? 0
  } catch (error) {
    // What a stopped child reports is not a failure of its own.
    if (!stop.signal.aborted) process.stderr.write(`${errorToLine(error)}\n`)
    process.exitCode = errorToExitCode(error)
  } finally {
    if (process.connected) process.disconnect()
    // Stopped in the middle of a step; its pending work would keep this process alive.
    if (stop.signal.aborted) process.exit()
  }
}
