/** The seeds of `npm test`, in parts that several workers share. */
import { describe, expect, test } from 'vitest'
import { describeFailure, runSeed } from './run-seeds.ts'
import { scriptOf } from './script.ts'

const seedCount = 500
const parts = 2
const perTest = 10

/** `part` counts from 0. */
export function testSeeds(part: number): void {
  const size = seedCount / parts
  const starts = Array.from({ length: size / perTest }, (_, index) => 1 + part * size + index * perTest)
  describe('SYNC-SIM gates and servers on virtual time (P1, P2, P5, P6)', () => {
    test.each(starts)('ten seeds from %i', { timeout: 300_000 }, async (from) => {
      for (let seed = from; seed < from + perTest; seed++) {
        const outcome = await runSeed(seed)
        if (outcome.violations.length > 0) expect.fail(await describeFailure(scriptOf(seed), outcome))
      }
    })
  })
}
