/**
 * Writes the demonstration society into an empty database, through the same records as everything else, so that kiosks
 * pull it like any other data. The society's own document is written last: where it is missing, an earlier fill was
 * cut off, and this one adds what is not there yet.
 */
import { randomBytes } from 'node:crypto'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { SiteRepository } from '../gate/site/site-repository.ts'
import type { RecordName } from '../records/records-transaction.ts'
import type { Records } from '../records/records.ts'
import { createDemoPlan, demoSocietyId } from './demo-plan.ts'
import type { DemoDocument } from './demo-plan.ts'
import { createDemoSociety } from './demo-society.ts'
import { demoGuards } from './people.ts'
import type { DemoGuard } from './people.ts'

export interface FillDemoParts {
  readonly records: Records
  readonly sites: SiteRepository
  readonly dataFolder: string
  readonly now: () => number
}

export interface FillDemoOutcome {
  /** `otherData`: the database holds a society already, and stays as it is. */
  readonly state: 'filled' | 'present' | 'otherData'
  readonly written: number
}

export const demoSeed = 'lotus-heights'
const batchSize = 1_000
const demonstration = { kind: 'system', id: 'demonstration' } as const

export async function fillDemo(parts: FillDemoParts): Promise<FillDemoOutcome> {
  const societies = await parts.sites.societies()
  if (societies.some(({ societyId }) => societyId === demoSocietyId)) {
    await writeGuardsFile(parts.dataFolder, demoGuards(createDemoPlan(demoSeed, parts.now())))
    return { state: 'present', written: 0 }
  }
  if (societies.length > 0) return { state: 'otherData', written: 0 }
  const society = await createDemoSociety(createDemoPlan(demoSeed, parts.now()))
  await writeGuardsFile(parts.dataFolder, society.guards)
  let written = 0
  for (const { collection, documents } of society.parts) {
    for (let start = 0; start < documents.length; start += batchSize) {
      written += await addMissing(parts.records, collection, documents.slice(start, start + batchSize))
    }
  }
  return { state: 'filled', written }
}

function addMissing(
  records: Records,
  collection: RecordName,
  documents: readonly DemoDocument[],
): Promise<number> {
  return records.write(demonstration, demoSocietyId, async (transaction) => {
    const ids = documents.map(({ _id }) => _id)
    const present = await transaction.read(collection, ids)
    const missing = documents.filter(({ _id }) => !present.has(_id))
    transaction.insert(collection, ...missing)
    return missing.length
  })
}

export const demoGuardsFile = (dataFolder: string): string => path.join(dataFolder, 'demo-guards.txt')

/** One line for each: PIN, role, name. For `npm start` to show; the log never holds it. */
async function writeGuardsFile(dataFolder: string, guards: readonly DemoGuard[]): Promise<void> {
  const file = demoGuardsFile(dataFolder)
  await mkdir(dataFolder, { recursive: true, mode: 0o700 })
  const text = guards.map(({ pin, role, name }) => `${pin}\t${role}\t${name}\n`).join('')
  const aside = `${file}.${randomBytes(6).toString('hex')}`
  await writeFile(aside, text, { mode: 0o600 })
  await rename(aside, file)
}
