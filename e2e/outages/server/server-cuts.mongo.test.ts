import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { provisionMongod } from '../../../build/provision/mongod.ts'
import { whyNoLoopDisks } from '../../../build/services/loop-disk.ts'
import { seedOfThisRun } from '../frame/seed.ts'
import { toLine } from '../frame/report.ts'
import { cutServerPower } from './server-cuts.ts'

const whyNot = await whyNoLoopDisks()
const folder = mkdtempSync(join(tmpdir(), 'chowki-server-cuts-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe(`the power of the server's machine fails${whyNot === null ? '' : ` (not run: ${whyNot})`}`, () => {
  it.skipIf(whyNot !== null)(
    'P1 P2 at random moments of pushing: what was answered is there, photos included, and no number is missing',
    { timeout: 600_000 },
    async () => {
      const seed = seedOfThisRun()
      const report = await cutServerPower({ mongod: await provisionMongod(), folder, cuts: 3, seed })
      process.stdout.write(`${toLine(`Server, seed ${seed}`, report)}\n`)
      expect(report).toMatchObject({ cuts: 3, lost: [], torn: [] })
      expect(report.acknowledged).toBeGreaterThanOrEqual(report.cuts)
    },
  )

  it.skipIf(whyNot !== null)(
    'and of a server that answers before the journal is written the same judge misses something',
    { timeout: 600_000 },
    async () => {
      const seed = seedOfThisRun()
      const mongod = await provisionMongod()
      const report = await cutServerPower({ mongod, folder, cuts: 10, seed, relaxed: true })
      expect(report.lost.length).toBeGreaterThan(0)
    },
  )
})
