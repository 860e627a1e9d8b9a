/** Scripts for traps that the seeds of `npm test` meet too rarely. */
import { createRandom } from '../../demo/random.ts'
import type { Script, Step } from './script.ts'

const setting = {
  gates: [
    { society: 0, schemaVersion: 0 },
    { society: 0, schemaVersion: 0 },
  ],
  servers: 1,
  schemaVersion: 0,
  slowCommit: 0,
} as const

/** One gate edits; the other has unsent records, a slow disk, and starts its replication again and again. */
export function restartsAmongEdits(seed: number): Script {
  const random = createRandom(`restarts among edits:${seed}`)
  const pick = () => random.integer(0, 99)
  const edit = (): Step[] => [
    { do: 'note', gate: 0, pick: pick() },
    { do: 'restartReplication', gate: 1 },
    { do: 'wait', ms: random.pick([20, 50, 300]) },
  ]
  const round = (): Step[] => [
    { do: 'partition', gate: 1, ms: 5_000 },
    { do: 'letIn', gate: 1, pick: pick(), known: false },
    { do: 'letIn', gate: 0, pick: pick(), known: false },
    { do: 'wait', ms: 5_000 },
    ...Array.from({ length: 6 }, edit).flat(),
  ]
  return {
    seed,
    ...setting,
    line: { drop: 0.1, loseReply: 0.1, duplicate: 0, delay: 0 },
    disk: { slow: 0.6, full: 0 },
    steps: Array.from({ length: 5 }, round).flat(),
  }
}

/**
 * Each visitor is erased as soon as the server has stored him, while half of all answers are late. RxDB begins no pull
 * while it pushes: so another gate's visitor comes just before, and the pull that follows from him is on its way already.
 */
export function erasuresAmongSlowAnswers(seed: number): Script {
  const random = createRandom(`erasures among slow answers:${seed}`)
  const letIn = (gate: number): Step => ({ do: 'letIn', gate, pick: random.integer(0, 99), known: false })
  const erase = (): Step[] => [
    { do: 'wait', ms: random.integer(20, 400) },
    { do: 'erase', society: 0, pick: 0 },
  ]
  const round = (): Step[] => [
    letIn(0),
    { do: 'wait', ms: random.integer(20, 100) },
    letIn(1),
    ...Array.from({ length: 4 }, erase).flat(),
    { do: 'wait', ms: 12_000 },
  ]
  return {
    seed,
    ...setting,
    line: { drop: 0, loseReply: 0, duplicate: 0, delay: 0.5 },
    disk: { slow: 0, full: 0 },
    steps: Array.from({ length: 24 }, round).flat(),
  }
}

export function killsAmongPages(seed: number): Script {
  const random = createRandom(`kills among pages:${seed}`)
  const pick = () => random.integer(0, 99)
  const round = (): Step[] => [
    { do: 'letIn', gate: 0, pick: pick(), known: false },
    { do: 'wait', ms: random.integer(20, 200) },
    { do: 'killGate', gate: 1, ms: 0 },
    { do: 'wait', ms: 2_000 },
    { do: 'note', gate: 0, pick: 5 },
    { do: 'rename', gate: 0, pick: 5 },
    { do: 'wait', ms: 2_000 },
  ]
  return {
    seed,
    ...setting,
    line: { drop: 0, loseReply: 0, duplicate: 0, delay: 0 },
    disk: { slow: 0.6, full: 0 },
    steps: Array.from({ length: 20 }, round).flat(),
  }
}

/**
 * Two gates edit one visit, while half of all answers are late. Each edits it three times at most before a rest: a
 * page that is overtaken again and again is let through on purpose (`pull-handler.ts`).
 */
export function editsAmongLatePages(seed: number): Script {
  const random = createRandom(`edits among late pages:${seed}`)
  const edit = (gate: number): Step[] => [
    { do: 'note', gate, pick: 5 },
    { do: 'wait', ms: random.integer(20, 400) },
  ]
  const rest: Step = { do: 'wait', ms: 40_000 }
  const round = (): Step[] => [
    { do: 'letIn', gate: 0, pick: random.integer(0, 99), known: false },
    rest,
    ...[0, 1, 1, 1].flatMap(edit),
    rest,
    ...[1, 0, 0, 0].flatMap(edit),
    rest,
  ]
  return {
    seed,
    ...setting,
    line: { drop: 0, loseReply: 0, duplicate: 0, delay: 0.5 },
    disk: { slow: 0.3, full: 0 },
    steps: Array.from({ length: 8 }, round).flat(),
  }
}

/** Each visit is edited twice; the other gates' replications start again while the first edit is on its way to slow disks. */
export function restartsAmongPages(seed: number): Script {
  const random = createRandom(`restarts among pages:${seed}`)
  const soon = (): Step => ({ do: 'wait', ms: random.integer(60, 180) })
  const restart = (gate: number): Step => ({ do: 'restartReplication', gate })
  const round = (): Step[] => [
    { do: 'letIn', gate: 0, pick: random.integer(0, 99), known: true },
    { do: 'wait', ms: 3_000 },
    { do: 'note', gate: 0, pick: 5 },
    soon(),
    { do: 'note', gate: 0, pick: 5 },
    soon(),
    ...[1, 2, 3].map(restart),
    { do: 'wait', ms: 3_000 },
  ]
  return {
    seed,
    ...setting,
    gates: Array.from({ length: 4 }, () => ({ society: 0, schemaVersion: 0 })),
    line: { drop: 0, loseReply: 0, duplicate: 0, delay: 0 },
    disk: { slow: 0.8, full: 0 },
    steps: Array.from({ length: 30 }, round).flat(),
  }
}
