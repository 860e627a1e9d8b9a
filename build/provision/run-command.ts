import { spawn } from 'node:child_process'
import { Refusal } from '../setup/refusal.mjs'

export interface CommandResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface CommandOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  readonly timeoutMs?: number
}

/** Runs a command without a shell and gives its output. A missing program is an exit code of 127, as in a shell. */
export const runCommand = (
  command: string,
  args: readonly string[],
  { cwd, env = process.env, timeoutMs }: CommandOptions = {},
): Promise<CommandResult> =>
  new Promise((resolve) => {
    const child = spawn(command, args, {
      ...(cwd === undefined ? {} : { cwd }),
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    // Not spawn's own time-out: its timer outlives a program that does not exist.
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), timeoutMs)
    const finish = (result: CommandResult): void => {
      clearTimeout(timer)
      resolve(result)
    }
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.once('error', (error) => finish({ code: 127, stdout, stderr: error.message }))
    child.once('close', (code) => finish({ code: code ?? 1, stdout, stderr }))
  })

/** Like runCommand, for commands that must succeed. */
export const requireCommand = async (
  command: string,
  args: readonly string[],
  remedy: string,
  options: CommandOptions = {},
): Promise<string> => {
  const { code, stdout, stderr } = await runCommand(command, args, options)
  if (code === 0) return stdout
  const lastLine = stderr.trim().split('\n').at(-1) ?? ''
  throw new Refusal(`${command} ${args[0] ?? ''} failed (${code})${lastLine ? `: ${lastLine}` : '.'}`, remedy)
}
