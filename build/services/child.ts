/** A long-running program that ends with the task that started it. */
import type { StdioOptions } from 'node:child_process'
import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { Refusal } from '../setup/refusal.mjs'

export interface ChildOptions {
  readonly args: readonly string[]
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  readonly stdio?: StdioOptions
}

export interface Child {
  readonly pid: number
  readonly stdout: Readable | null
  /** Resolves with the exit code; a signal's end is 128. */
  readonly exited: Promise<number>
  readonly hasExited: () => boolean
  /** TERM for the whole group, KILL after ten seconds. Resolves when it is gone; may be called again. */
  readonly stop: () => Promise<void>
  /** KILL for the whole group, held still or not, as a power cut. Resolves when it is gone; may be called again. */
  readonly kill: () => Promise<void>
}

const graceMs = 10_000

export const startChild = async (command: string, options: ChildOptions): Promise<Child> => {
  // The kernel terminates it when this process dies in any way; a change of user or group would cancel that.
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', '--', command, ...options.args], {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: options.env ?? process.env,
    stdio: options.stdio ?? 'ignore',
    // A group of its own: Ctrl-C in the terminal must reach us alone, so that parts end in the right order.
    detached: true,
  })
  await new Promise((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', () =>
      reject(new Refusal('The program setpriv is missing.', 'Install it with: apt-get install util-linux')),
    )
  })
  const pid = child.pid ?? 0
  const exited = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 128)))
  const hasExited = (): boolean => child.exitCode !== null || child.signalCode !== null
  const stop = async (): Promise<void> => {
    if (hasExited()) return
    signalGroup(pid, 'SIGTERM')
    const kill = setTimeout(() => signalGroup(pid, 'SIGKILL'), graceMs)
    await exited
    clearTimeout(kill)
  }
  const kill = async (): Promise<void> => {
    signalGroup(pid, 'SIGKILL')
    await exited
  }
  return { pid, stdout: child.stdout, exited, hasExited, stop, kill }
}

const signalGroup = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(-pid, name)
  } catch {
    // Already gone.
  }
}
