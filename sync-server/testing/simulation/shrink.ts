/** Makes a failing script short: fewer steps, then fewer kinds of trouble, as long as it still fails. */
import type { Script, Step } from './script.ts'

export type StillFails = (script: Script) => Promise<boolean>

export async function shrinkScript(script: Script, stillFails: StillFails): Promise<Script> {
  const calmer = await withoutTrouble(script, stillFails)
  const shorter = await withFewerSteps(calmer, stillFails)
  return withoutTrouble(shorter, stillFails)
}

/** Delta debugging: leaves out a half, a quarter, ... of the steps, until no single one can be left out. */
async function withFewerSteps(script: Script, stillFails: StillFails): Promise<Script> {
  let { steps } = script
  let size = Math.ceil(steps.length / 2)
  while (steps.length > 0) {
    const shorter = await firstThatFails(script, steps, size, stillFails)
    if (shorter) {
      steps = shorter
      size = Math.min(size, Math.max(1, steps.length))
    } else if (size === 1) break
    else size = Math.ceil(size / 2)
  }
  return { ...script, steps }
}

async function firstThatFails(
  script: Script,
  steps: readonly Step[],
  size: number,
  stillFails: StillFails,
): Promise<readonly Step[] | undefined> {
  for (let from = 0; from < steps.length; from += size) {
    const fewer = [...steps.slice(0, from), ...steps.slice(from + size)]
    if (await stillFails({ ...script, steps: fewer })) return fewer
  }
  return undefined
}

async function withoutTrouble(script: Script, stillFails: StillFails): Promise<Script> {
  let calm = script
  const candidates: ((from: Script) => Script)[] = [
    ...(['drop', 'loseReply', 'duplicate', 'delay'] as const).map((name) => (from: Script) => ({
      ...from,
      line: { ...from.line, [name]: 0 },
    })),
    ...(['slow', 'full'] as const).map((name) => (from: Script) => ({
      ...from,
      disk: { ...from.disk, [name]: 0 },
    })),
    (from) => ({ ...from, slowCommit: 0 }),
    (from) => ({ ...from, servers: 1 }),
  ]
  for (const candidate of candidates) {
    const calmer = candidate(calm)
    if (JSON.stringify(calmer) !== JSON.stringify(calm) && (await stillFails(calmer))) calm = calmer
  }
  return calm
}
