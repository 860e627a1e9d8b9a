import 'fake-indexeddb/auto'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import { ipcChannels } from '@chowki/shared/ipc/channels.ts'
import { checkAgainst } from '@chowki/shared/projections/validate.ts'
import { beforeEach, expect, test } from 'vitest'
import type { Trouble } from '../kiosk-data.ts'
import { createKioskViews } from '../kiosk-views.ts'
import { createLive } from './live.ts'
import { openDeskStore } from './desk-store.ts'
import { createReport, keepTrouble } from './trouble.ts'

const clock = { now: 1_000_000 }
const newest = createLive<Trouble | null>(null)
let written: unknown[]
let report: ReturnType<typeof createReport>
beforeEach(() => {
  written = []
  newest.set(null)
  report = createReport({ log: (entries) => written.push(...entries), newest, now: () => clock.now })
})

test('P7 an error is logged by its name, and by nothing that it says', () => {
  const typed = 'Asha Kulkarni, +919876543210, PIN 2468'
  report('storage.write', new DOMException(typed, 'QuotaExceededError'))
  report('guards.refresh', new TypeError(typed))
  report('enrolment.resume', chowkiError('network_unreachable', { message: typed }))
  report('replication.startOver', typed, 'visitors')
  report('photos.send', { name: typed })
  report('photos.prune', { code: 'KMQXDABC', name: 'Asha' })
  expect(written).toEqual([
    { level: 'warn', event: 'storage.write', cause: 'QuotaExceededError' },
    { level: 'warn', event: 'guards.refresh', cause: 'TypeError' },
    { level: 'warn', event: 'enrolment.resume', cause: 'network_unreachable' },
    { level: 'warn', event: 'replication.startOver', cause: 'unknown', collection: 'visitors' },
    { level: 'warn', event: 'photos.send', cause: 'unknown' },
    { level: 'warn', event: 'photos.prune', cause: 'unknown' },
  ])
  expect(JSON.stringify(written)).not.toMatch(/9876543210|2468|Asha|KMQX/)
  expect(checkAgainst(ipcChannels['log:write'].request, written)).toMatchObject({ ok: true })
})

test('the newest trouble is there for the screen, and the same again is one line a minute', () => {
  for (let count = 0; count < 30; count += 1) {
    clock.now += 5_000
    report('storage.write', new Error('x'))
  }
  expect(newest.current()).toEqual({ area: 'storage', at: clock.now })
  expect(written).toHaveLength(3)
})

test('P4 the newest trouble survives a restart, until something newer happens', async () => {
  const first = await openDeskStore('trouble-kept')
  const stop = await keepTrouble(first, newest)
  expect(newest.current()).toBeNull()
  report('photos.send', new Error('x'))
  await expect.poll(() => first.readMeta('newestTrouble')).toEqual({ area: 'photos', at: clock.now })
  stop()
  first.close()

  const afterRestart = createLive<Trouble | null>(null)
  const second = await openDeskStore('trouble-kept')
  const stopSecond = await keepTrouble(second, afterRestart)
  expect(afterRestart.current()).toEqual({ area: 'photos', at: clock.now })
  afterRestart.set({ area: 'storage', at: clock.now + 5_000 })
  await expect
    .poll(() => second.readMeta('newestTrouble'))
    .toEqual({ area: 'storage', at: clock.now + 5_000 })
  stopSecond()
  second.close()
})

test('P4 what went wrong while the desk was being opened is not covered by what was kept', async () => {
  const store = {
    readMeta: <T>() => Promise.resolve({ area: 'photos', at: 1 } as T),
    writeMeta: () => Promise.resolve(),
  }
  newest.set({ area: 'storage', at: 2 })
  await keepTrouble(store, newest)
  expect(newest.current()).toEqual({ area: 'storage', at: 2 })
})

test('trouble that could not be kept is kept at the next chance, and is no trouble of its own', async () => {
  const kept: unknown[] = []
  let isFull = true
  const store = {
    readMeta: () => Promise.resolve(null),
    writeMeta: (_key: string, value: unknown) =>
      isFull
        ? Promise.reject(new DOMException('', 'QuotaExceededError'))
        : Promise.resolve(void kept.push(value)),
  }
  await keepTrouble(store, newest)
  newest.set({ area: 'storage', at: 10_000 })
  await Promise.resolve()
  isFull = false
  newest.set({ area: 'storage', at: 11_000 })
  newest.set({ area: 'storage', at: 12_000 })
  expect(kept).toEqual([{ area: 'storage', at: 11_000 }])
})

test('S10 what a desk knows of itself is what the shell takes for the diagnostics, and no more', () => {
  const figures = createKioskViews().sync.current()
  const { request } = ipcChannels['diagnostics:save']
  expect(checkAgainst(request, figures)).toMatchObject({ ok: true })
  expect(checkAgainst(request, { ...figures, guard: 'Asha' })).toMatchObject({ ok: false })
  expect(checkAgainst(request, { ...figures, trouble: 'Asha' })).toMatchObject({ ok: false })
})
