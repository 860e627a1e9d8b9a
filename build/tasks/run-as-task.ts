import { errorToExitCode, errorToLine } from '../setup/refusal.mjs'

/**
 * Frame of every task: one clear line on failure, and a signal that aborts when the task is to stop, because a
 * person wishes it or because the process that started it has died.
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
    // Stopped in the midst of a step, whose pending work would keep this process alive.
    if (stop.signal.aborted) process.exit()
  }
}
