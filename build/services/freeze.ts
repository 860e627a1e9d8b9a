/** Stops a group of processes at an arbitrary moment (SIGSTOP). */
import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { readProcessStat } from './process-stat.ts'

const withinMs = 30_000

/** `group`: the leader's process id. Resolves when all its threads have stopped. */
export const freeze = async (group: number): Promise<void> => {
  const deadline = Date.now() + withinMs
  process.kill(-group, 'SIGSTOP')
  while (processesOf(group).some(runs)) {
    if (Date.now() > deadline) throw new Error(`The processes of group ${group} do not stop`)
    await sleep(1)
  }
}

export const thaw = (group: number): void => void process.kill(-group, 'SIGCONT')

const processesOf = (group: number): string[] =>
  readdirSync('/proc').filter(
    (name) => /^\d+$/.test(name) && readProcessStat(`/proc/${name}`)?.group === group,
  )

const runs = (pid: string): boolean =>
  threadsOf(pid).some((thread) => {
    const state = readProcessStat(`/proc/${pid}/task/${thread}`)?.state ?? 'gone'
    return !['T', 't', 'Z', 'X', 'gone'].includes(state)
  })

const threadsOf = (pid: string): string[] => {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    // It has ended: no threads.
    return []
  }
}
