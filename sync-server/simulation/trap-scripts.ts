/** Scripts for traps that the seeds of `npm test` meet too rarely. */
import { createRandom } from '../demo/random.ts'
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

/** Each visitor is erased just after the server has stored him, while half of all answers are late. */
export function erasuresAmongSlowAnswers(seed: number): Script {
  const random = createRandom(`erasures among slow answers:${seed}`)
  const round = (): Step[] => [
    { do: 'letIn', gate: 1, pick: random.integer(0, 99), known: false },
    { do: 'wait', ms: random.integer(20, 100) },
    { do: 'erase', society: 0, pick: 0 },
    { do: 'wait', ms: 20_000 },
  ]
  return {
    seed,
    ...setting,
    line: { drop: 0, loseReply: 0, duplicate: 0, delay: 0.5 },
    disk: { slow: 0, full: 0 },
    steps: Array.from({ length: 10 }, round).flat(),
  }
}
