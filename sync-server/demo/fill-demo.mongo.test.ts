import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openServerData } from '../open-data.ts'
import type { ServerData } from '../open-data.ts'
import { createSocietyWatch } from '../testing/society-watch.ts'
import type { SocietyWatch } from '../testing/society-watch.ts'
import type { Records } from '../records/records.ts'
import { mongodbTestUrl } from '../../build/services/mongodb-test-url.ts'
import { randomDatabaseName, refuseSocietyless, testSealingKeys } from '../testing/test-server.ts'
import { writeTestSociety } from '../testing/test-society.ts'
import { demoSocietyId } from './demo-plan.ts'
import { fillDemo } from './fill-demo.ts'

let database: ServerData
let watch: SocietyWatch
let dataFolder = ''
beforeEach(async () => {
  dataFolder = mkdtempSync(path.join(tmpdir(), 'chowki-demo-'))
  watch = createSocietyWatch()
  database = await openServerData({
    url: mongodbTestUrl(),
    name: randomDatabaseName(),
    onListenerError: () => undefined,
    sealingKeys: testSealingKeys,
    now: Date.now,
    onCommand: watch.see,
  })
  await database.setUp()
})
afterEach(async () => {
  await database.drop()
  await database.close()
  rmSync(dataFolder, { recursive: true })
  refuseSocietyless(watch)
})

const fill = (records: Records = database.records) =>
  fillDemo({ records, sites: database.sites, dataFolder, now: Date.now })

/** Without what the audit says of it. */
const total = async () => {
  const counts = (await database.counts()).filter(({ collection }) => collection !== 'auditLogs')
  return counts.reduce((sum, { live }) => sum + live, 0)
}

describe('filling the demonstration society', () => {
  test('takes less than ten seconds and goes through the records: a replica pulls it like other data', async () => {
    const before = process.cpuUsage()
    const outcome = await fill()
    // Of work, not of waiting: the machine of a test run has other work too.
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1_000).toBeLessThan(10_000)
    expect(outcome.state).toBe('filled')
    expect(await total()).toBe(outcome.written)
    const head = await database.storage.head(demoSocietyId)
    expect(head.seq).toBe(outcome.written)
    const flats = await database.storage.changesAfter(demoSocietyId, 'flats', 0, 1_000)
    expect(flats).toHaveLength(400)
  })

  test('P2: twice is once', async () => {
    const { written } = await fill()
    expect(await fill()).toEqual({ state: 'present', written: 0 })
    expect(await total()).toBe(written)
  })

  test('P2: two servers that fill at once leave one society', async () => {
    const outcomes = await Promise.all([fill(), fill()])
    expect(outcomes.reduce((sum, { written }) => sum + written, 0)).toBe(await total())
    expect((await database.sites.societies()).map(({ societyId }) => societyId)).toEqual([demoSocietyId])
  })

  for (const failAt of [4, 15]) {
    test(`a fill that is cut off at its write ${failAt} is completed by the next`, async () => {
      let writes = 0
      const failing: Records = {
        ...database.records,
        write(...args) {
          writes += 1
          if (writes === failAt) throw new Error('power cut')
          return database.records.write(...args)
        },
      }
      await expect(fill(failing)).rejects.toThrow('power cut')
      expect(await database.sites.societies()).toEqual([])
      expect((await fill()).state).toBe('filled')
      const counts = new Map((await database.counts()).map(({ collection, live }) => [collection, live]))
      expect(counts.get('flats')).toBe(400)
      expect(counts.get('societies')).toBe(1)
      expect(counts.get('visitorEntries')).toBeGreaterThan(2_500)
    })
  }

  test('a database with other data is left alone', async () => {
    await writeTestSociety(database.records, 'Palm Grove', Date.now())
    const before = await total()
    expect(await fill()).toEqual({ state: 'otherData', written: 0 })
    expect(await total()).toBe(before)
  })

  test('guards and PINs are written for their owner only, also when the file was lost', async () => {
    await fill()
    const file = path.join(dataFolder, 'demo-guards.txt')
    const text = readFileSync(file, 'utf8')
    expect(text).toMatch(/^[0-9]{4}\tGuard\tSuresh Yadav\n/)
    expect(text.split('\n')).toHaveLength(11)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    rmSync(file)
    await fill()
    expect(readFileSync(file, 'utf8')).toBe(text)
  })
})
