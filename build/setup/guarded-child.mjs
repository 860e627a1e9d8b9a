// @ts-check
/**
 * Runs one command and makes sure that it leaves no process behind: on Ctrl-C, on its own failure, and when it is
 * killed. Everything it starts inherits the variable RUN_OF_CHOWKI, by which stragglers are found even when they have
 * made a session of their own, as browsers do. (Its name does not begin with CHOWKI_: tests drop those.)
 */
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const graceMs = 20_000
const stragglerGraceMs = 10_000
/** npm and the terminal both forward one Ctrl-C; only a later one is a second wish. */
const secondWishAfterMs = 1_000
/** @type {readonly (readonly [NodeJS.Signals, number])[]} */
const exitCodeBySignal = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
]

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, channel?: boolean, outputTo?: number }} options `channel` opens an IPC channel that
 *   closes when this process dies, so that the child can stop by itself; `outputTo` is a file descriptor
 * @returns {Promise<{ code: number, stoppedBySignal: boolean }>}
 */
export const runGuarded = async (command, args, { cwd, env, channel = false, outputTo }) => {
  const run = randomUUID()
  const child = spawn(command, args, {
    cwd,
    stdio: [
      'ignore',
      outputTo ?? 'inherit',
      outputTo ?? 'inherit',
      ...(channel ? [/** @type {const} */ ('ipc')] : []),
    ],
    detached: true,
    env: { ...env, RUN_OF_CHOWKI: run },
  })
  /** @type {Promise<number>} */
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
  const forwarding = forwardSignals(child)
  try {
    const code = await ended
    await stopStragglers(run)
    return { code: forwarding.exitCode() ?? code, stoppedBySignal: forwarding.exitCode() !== null }
  } finally {
    forwarding.end()
  }
}

/** @param {import('node:child_process').ChildProcess} child */
const forwardSignals = (child) => {
  /** @type {{ code: number, at: number } | null} */
  let wish = null
  const stop = (/** @type {number} */ code) => {
    if (wish !== null && Date.now() - wish.at > secondWishAfterMs) return killGroup(child.pid)
    if (wish !== null) return
    wish = { code, at: Date.now() }
    child.kill('SIGTERM')
    setTimeout(() => killGroup(child.pid), graceMs).unref()
  }
  const handlers = exitCodeBySignal.map(([name, code]) => /** @type {const} */ ([name, () => stop(code)]))
  for (const [name, handler] of handlers) process.on(name, handler)
  return {
    exitCode: () => wish?.code ?? null,
    end: () => {
      for (const [name, handler] of handlers) process.off(name, handler)
    },
  }
}

/** @param {number | undefined} pid */
const killGroup = (pid) => {
  if (pid !== undefined) signal(-pid, 'SIGKILL')
}

/** @param {string} run value of RUN_OF_CHOWKI */
const stopStragglers = async (run) => {
  for (const pid of processesOf(run)) signal(pid, 'SIGTERM')
  const deadline = Date.now() + stragglerGraceMs
  while (processesOf(run).length > 0 && Date.now() < deadline) await sleep(100)
  for (const pid of processesOf(run)) signal(pid, 'SIGKILL')
}

/**
 * @param {string} run value of RUN_OF_CHOWKI
 * @returns {number[]} processes of this run, without the present one
 */
export const processesOf = (run) =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => environmentOf(name).includes(`RUN_OF_CHOWKI=${run}`))
    .map(Number)

/** @param {string} pid */
const environmentOf = (pid) => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0')
  } catch {
    // Ended meanwhile, or another user's, which cannot be ours.
    return []
  }
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals} name
 */
const signal = (pid, name) => {
  try {
    process.kill(pid, name)
  } catch {
    // Already gone.
  }
}
