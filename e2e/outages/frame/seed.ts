import { randomInt } from 'node:crypto'

/** Another one each time, printed by whoever uses it; a number in CHOWKI_TEST_SEED brings one back. */
export const seedOfThisRun = (): number => {
  const given = Number(process.env['CHOWKI_TEST_SEED'] ?? '')
  return Number.isInteger(given) && given > 0 ? given : randomInt(1, 1_000_000)
}
