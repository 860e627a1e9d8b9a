import { randomInt } from 'node:crypto'

/** A new seed each time, printed by the test; CHOWKI_TEST_SEED repeats one. */
export const seedOfThisRun = (): number => {
  const given = Number(process.env['CHOWKI_TEST_SEED'] ?? '')
  return Number.isInteger(given) && given > 0 ? given : randomInt(1, 1_000_000)
}
