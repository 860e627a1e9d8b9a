import 'fake-indexeddb/auto'
import { afterEach, expect, it } from 'vitest'
import { createFakeHost, createFakePlatform } from '../../testing/fake-platform.ts'
import { until } from '../../testing/desk/open-test-desk.ts'
import { id } from '../../testing/desk/sample-documents.ts'
import { openDeskStore } from '../desk/desk-store.ts'
import type { DeskStore } from '../desk/desk-store.ts'
import { deriveDeskKeys } from '../desk/keys/desk-keys.ts'
import { createLive } from '../desk/live.ts'
import type { KioskStage } from '../kiosk-data.ts'
import { createEnrolKiosk } from './enrol-kiosk.ts'

const serverUrl = 'http://127.0.0.1:4700'
const goodCode = 'K7M29QXD'
let stores: DeskStore[] = []
let names = 0

interface Answers {
  /** Null: the server is away. */
  readonly of: (code: string) => Response | null
}

const refused = (status: number, code: string, more: object = {}): Response =>
  Response.json({ error: { code, message: 'no', remedy: 'no', ...more } }, { status })

/** A desk that was started with a code; its waits are counted and cost no time, and end after `waitsMax`. */
async function startedWith(enrolmentCode: string, answers: Answers, waitsMax = 8) {
  const store = await openDeskStore(`enrol-kiosk-${(names += 1)}`)
  stores.push(store)
  const stage = createLive<KioskStage>({ stage: 'opening' })
  const asked: string[] = []
  const waits: number[] = []
  let ids = 0x700
  const kiosk = createEnrolKiosk({
    desk: {
      report: () => undefined,
      store,
      keys: await deriveDeskKeys(new Uint8Array(32).fill(1)),
      site: createLive(null),
    },
    stage,
    platform: createFakePlatform({ ...createFakeHost(), serverUrl, enrolmentCode }, () =>
      Promise.reject(new TypeError('no network')),
    ),
    request(_path, init) {
      const { code, deviceId } = JSON.parse(String(init.body)) as { code: string; deviceId: string }
      asked.push(code)
      if (code === goodCode)
        return Promise.resolve(Response.json({ deviceId, societyId: id(1), gateId: id(2) }))
      const answer = answers.of(code)
      return answer === null ? Promise.reject(new TypeError('fetch failed')) : Promise.resolve(answer)
    },
    newId: () => id((ids += 1)),
    firstReplication: () => Promise.resolve(),
    startReplication: () => undefined,
    onEnrolledAgain: () => undefined,
    onDeviceId: () => undefined,
    wait: (ms) => (waits.push(ms) < waitsMax ? Promise.resolve() : new Promise(() => undefined)),
    random: () => 1,
  })
  await kiosk.resume()
  return { kiosk, stage, asked, waits }
}

afterEach(() => {
  for (const store of stores) store.close()
  stores = []
})

it('FAULT-6 asks once with a code that was used, says so, and takes another', async () => {
  const { kiosk, stage, asked, waits } = await startedWith('VSED0000', {
    of: () => refused(409, 'enrolment_code_used'),
  })
  const refusal = () => {
    const now = stage.current()
    return now.stage === 'unenrolled' ? now.refusal : null
  }
  await until(() => refusal() !== null, 'a refusal', 5_000)
  expect(refusal()).toMatchObject({ code: 'enrolment_code_used' })
  expect(asked).toEqual(['VSED0000'])
  expect(waits).toEqual([])
  expect(await kiosk.enrol(serverUrl, goodCode)).toEqual({ ok: true, value: null })
  expect(stage.current()).toEqual({ stage: 'signedOut' })
})

it('FAULT-6 waits longer and longer for a server that is away, and the code field stays open', async () => {
  const { kiosk, stage, asked, waits } = await startedWith('AWAY0000', { of: () => null })
  await until(() => waits.length === 8, 'eight waits', 5_000)
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
  expect(asked).toHaveLength(8)
  expect(stage.current()).toMatchObject({ stage: 'unenrolled', refusal: { code: 'network_unreachable' } })
  expect((await kiosk.enrol(serverUrl, goodCode)).ok).toBe(true)
})

it('FAULT-6 waits as long as a busy server says, and the jitter more', async () => {
  const { waits } = await startedWith(
    'BVSY0000',
    { of: () => refused(429, 'too_many_attempts', { retryAfterMs: 30_000 }) },
    2,
  )
  await until(() => waits.length === 2, 'two waits', 5_000)
  expect(waits).toEqual([31_000, 32_000])
})
