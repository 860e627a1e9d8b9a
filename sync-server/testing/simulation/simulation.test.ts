/** The simulation itself: the same seed is the same run, what failed once is replayed for ever, and scripts shrink. */
import { readFileSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { admissionReviewName } from '../../gate/review/admission-review.ts'
import type { MemoryStorage } from '../../storage/memory/memory-storage.ts'
import { runScript } from './run-script.ts'
import { runSeed } from './run-seeds.ts'
import { scriptOf } from './script.ts'
import type { Script } from './script.ts'
import { shrinkScript } from './shrink.ts'
import type { Sabotage } from './world.ts'

const folder = new URL('failed-seeds/', import.meta.url)
const readScript = (name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Script

test.each(readdirSync(folder))('SYNC-SIM %s does not fail again', { timeout: 60_000 }, async (name) => {
  expect((await runScript(readScript(name))).violations).toEqual([])
})

test('SYNC-SIM the same seed is the same run, another seed another', { timeout: 60_000 }, async () => {
  const first = await runSeed(4)
  await runSeed(5)
  expect(await runSeed(4)).toEqual(first)
  expect((await runSeed(5)).traceHash).not.toBe(first.traceHash)
})

test('AUDIT-1 a run notices an entry that is missing from the audit', { timeout: 60_000 }, async () => {
  const forgetful = (storage: MemoryStorage): MemoryStorage => ({
    ...storage,
    logAfter: async (...page) => (await storage.logAfter(...page)).filter(({ position }) => position !== 3),
  })
  const { violations } = await runScript(scriptOf(4), { storage: forgetful })
  expect(violations).toContain('audit: entry 3 is missing')
})

test(
  'FAULT-4 a run notices a double entry and a barred visit without their marks',
  { timeout: 120_000 },
  async () => {
    const unreviewed = (storage: MemoryStorage): MemoryStorage => ({
      ...storage,
      transact: (society, work, author) =>
        author?.id === admissionReviewName
          ? (Promise.resolve(undefined) as never)
          : storage.transact(society, work, author),
    })
    const sound = [await runSeed(1), await runSeed(2), await runSeed(3)]
    expect(sound.flatMap(({ violations }) => violations)).toEqual([])
    expect(sound.some(({ coverage }) => (coverage['in twice'] ?? 0) > 0)).toBe(true)
    expect(sound.some(({ coverage }) => (coverage['barred let in'] ?? 0) > 0)).toBe(true)
    const noticed: string[] = []
    for (const seed of [1, 2, 3])
      noticed.push(...(await runScript(scriptOf(seed), { storage: unreviewed })).violations)
    expect(noticed).toContainEqual(expect.stringMatching(/is in twice, marked/))
    expect(noticed).toContainEqual(expect.stringMatching(/^barred visit .* is not marked/))
  },
)

/** All violations of the first seeds with people. */
async function violationsAmongPeople(people: NonNullable<Sabotage['people']>): Promise<string> {
  const scripts = Array.from({ length: 40 }, (_, n) => scriptOf(1 + n)).filter((script) => script.people)
  const found: string[] = []
  for (const script of scripts) found.push(...(await runScript(script, { people })).violations)
  return found.join('\n')
}

test.each<[string, NonNullable<Sabotage['people']>, RegExp]>([
  ['servers that link nobody', { linksNobody: true }, /is 2 people/],
  ['an exit that ends one visit of two', { endsOneVisit: true }, /is left inside/],
  [
    'guards who take the first of a phone',
    {
      whoIsIt: (_newcomer, [first]) =>
        first === undefined ? { is: 'new' } : { is: 'known', visitorId: first.visitorId },
    },
    /took .* for person/,
  ],
])('FAULT-2: a run notices %s', { timeout: 120_000 }, async (_what, sabotage, violation) => {
  expect(await violationsAmongPeople(sabotage)).toMatch(violation)
})

test('a failing script is cut down to the steps that it needs', async () => {
  const script = scriptOf(21)
  const needed = [script.steps[3], script.steps[11]]
  const shortest = await shrinkScript(script, async ({ steps }) =>
    needed.every((step) => steps.includes(step as never)),
  )
  expect(shortest.steps).toEqual(needed)
  expect(shortest.line).toEqual({ drop: 0, loseReply: 0, duplicate: 0, delay: 0 })
})
