/** Kills a process with all its descendants: Chromium's are not all in one process group. */
import { readFileSync, readdirSync } from 'node:fs'

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const parentOf = (pid: number): number | null => {
  try {
    // The second field is the name in brackets and may contain spaces; the parent is the second field after it.
    const fields = readFileSync(`/proc/${String(pid)}/stat`, 'latin1')
      .split(') ')
      .at(-1)
      ?.split(' ')
    return Number(fields?.[1])
  } catch {
    // It has ended.
    return null
  }
}

/** The process and all that descend from it, itself first. */
export function processTree(root: number): number[] {
  const childrenByParent = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    const parent = Number.isInteger(pid) ? parentOf(pid) : null
    if (parent === null) continue
    childrenByParent.set(parent, [...(childrenByParent.get(parent) ?? []), pid])
  }
  const tree = [root]
  for (const pid of tree) tree.push(...(childrenByParent.get(pid) ?? []))
  return tree
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return !readFileSync(`/proc/${String(pid)}/stat`, 'latin1').includes(') Z ')
  } catch {
    // It has ended.
    return false
  }
}

const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself in between.
  }
}

/** As a power cut: SIGKILL for all of them. Resolves when none is left. */
export async function killTree(root: number): Promise<void> {
  const tree = processTree(root)
  for (const pid of tree) kill(pid)
  for (const pid of tree) while (isAlive(pid)) await sleep(10)
}
