/** Generated and mutated requests to every route of a real server on a real port. `npm run fuzz` does it for longer. */
import { kioskCollections } from '@chowki/shared/collections/registry.ts'
import { limits, protocolHeader, protocolVersion } from '@chowki/shared/protocol/messages.ts'
import type { PullResponse } from '@chowki/shared/protocol/messages.ts'
import { Check } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readRawRows } from '../../storage/mongo/raw-rows.ts'
import { mongodbTestUrl } from '../../../build/services/mongodb-test-url.ts'
import { startFuzzTarget } from './fuzz-target.ts'
import type { FuzzTarget } from './fuzz-target.ts'
import { sendRaw } from './raw-http.ts'
import { routeCases } from './route-cases.ts'
import { heapGrowth, heapGrowthMax, runFuzz } from './run-fuzz.ts'
import type { FuzzOutcome } from './run-fuzz.ts'

const settings = { seed: 1, rounds: 4, runs: 75 }

let target: FuzzTarget
let before: string
let outcome: FuzzOutcome
beforeAll(async () => {
  target = await startFuzzTarget()
})
afterAll(() => target?.stop())

/** An admin may issue codes to any society, so they and their audit are left out. */
const foreignRows = async (): Promise<string> => {
  const names = [...kioskCollections.map(({ name }) => name), 'photos', 'guardDevices', 'societies', 'gates']
  const rows = await Promise.all(
    names.map(
      async (name) =>
        (await readRawRows(mongodbTestUrl(), target.databaseName, name)) as { societyId?: unknown }[],
    ),
  )
  // Not by its text: a desk of the own society may have made this id its own.
  return JSON.stringify(rows.flat().filter(({ societyId }) => String(societyId) === target.foreign.societyId))
}

async function pullAll(collection: string): Promise<PullResponse['documents']> {
  const body = { schemaVersion: 0, checkpoint: null, limit: limits.pullLimitMax }
  const answer = await sendRaw(target.port, {
    method: 'POST',
    path: `/api/sync/${collection}/pull`,
    headers: [
      ['host', '127.0.0.1'],
      ['authorization', target.own.authorization],
      ['content-type', 'application/json'],
      [protocolHeader, String(protocolVersion)],
    ],
    body: Buffer.from(JSON.stringify(body)),
  })
  return (JSON.parse(String(answer?.body)) as PullResponse).documents
}

describe('every route of the server', () => {
  test('has a case in the fuzz', () => {
    expect(target.routes.map(({ name }) => name).toSorted()).toEqual(Object.keys(routeCases).toSorted())
  })

  test(`answers ${settings.rounds} times ${settings.runs} requests from seed ${settings.seed} on: no 5xx, no end, nothing taken that does not fit, nothing repeated`, async () => {
    before = await foreignRows()
    outcome = await runFuzz(target, settings)
    const { requests } = outcome.tally
    expect(requests).toBe(target.routes.length * settings.rounds * settings.runs)
    expect(target.end.reason).toBeNull()
    process.stdout.write(`fuzz of routes: ${requests} requests, seeds 1 to ${settings.rounds}\n`)
    // Some twenty seconds where little else runs.
  }, 480_000)

  test('was both taken and refused, so that the fuzz says something', () => {
    const statuses = (name: string) =>
      [...outcome.tally.answers.keys()].filter((key) => key.startsWith(`${name} `)).map((key) => key.at(-3))
    for (const { name } of target.routes) {
      expect(statuses(name), name).toContain('2')
      expect(statuses(name), name).toContain('4')
    }
  })

  test('P7: wrote nothing of it to the log', () => {
    expect(outcome.leakingLines).toEqual([])
  })

  test('left the heap as it was after the first round', () => {
    expect(outcome.heapBytes).toHaveLength(settings.rounds)
    expect(heapGrowth(outcome)).toBeLessThan(heapGrowthMax(outcome.tally.requests))
  })
})

describe('afterwards', () => {
  test('all that was stored fits its collection', async () => {
    let count = 0
    for (const { name, schema, kiosk } of kioskCollections) {
      const required = (schema.required as string[]).filter((field) => !kiosk.withheld.includes(field))
      const held = { ...schema, required }
      for (const { _deleted, ...document } of await pullAll(name)) {
        expect(Check(held, document), `${name}: ${JSON.stringify(document)}`).toBe(true)
        expect(document['societyId']).toBe(target.own.societyId)
        count += 1
      }
    }
    expect(count).toBeGreaterThan(50)
  })

  test('what was refused is in quarantine', async () => {
    const rows = await readRawRows(mongodbTestUrl(), target.databaseName, 'quarantine')
    expect(rows.length).toBeGreaterThan(20)
  })

  test('P6: nothing of the other society has changed', async () => {
    expect(before).toContain(target.foreign.visitorName)
    expect(await foreignRows()).toBe(before)
  })
})
