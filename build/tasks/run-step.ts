import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startChild } from '../services/child.ts'
import { say } from '../setup/terminal.mjs'

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

export interface StepOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly stop?: AbortSignal
  readonly timeLimitMs?: number
}

/** Runs one program of the project in the foreground; resolves with its exit code when all of it has ended. */
export const runStep = async (
  command: string,
  args: readonly string[],
  { env = {}, stop, timeLimitMs }: StepOptions = {},
): Promise<number> => {
  if (stop?.aborted) return 1
  const child = await startChild(command, {
    args,
    cwd: root,
    env: { ...process.env, ...plainInLogs(), ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const end = (): void => void child.stop()
  stop?.addEventListener('abort', end)
  const limit = timeLimitMs === undefined ? undefined : setTimeout(endLate, timeLimitMs)
  function endLate(): void {
    say(`${command} took longer than ${(timeLimitMs ?? 0) / 60_000} minutes and is stopped.`)
    end()
  }
  const code = await child.exited
  clearTimeout(limit)
  stop?.removeEventListener('abort', end)
  return code
}

/** No colour codes when the output is not a terminal. */
const plainInLogs = (): Record<string, string> => (process.stdout.isTTY ? {} : { NO_COLOR: '1' })
