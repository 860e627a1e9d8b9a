import { QueryObserver } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import { createFakeKioskData } from '../testing/fake-kiosk-data.ts'
import type { SyncStatus } from '../data/kiosk-data.ts'
import { createLive } from '../data/desk/live.ts'
import { createQueryClient, photoQuery } from './queries.ts'

test('P4 a photo that is away is asked for again when the server is back, and one that is here never', async () => {
  const sync = createLive<SyncStatus>(createFakeKioskData({ variant: 'offline' }).sync.current())
  const goOnline = (online: boolean): void => sync.update((status) => ({ ...status, online }))
  const client = createQueryClient(sync)
  client.mount()
  const answers = [null, null, 'blob:found', 'blob:too much']
  let asked = 0
  const observer = new QueryObserver(
    client,
    photoQuery('photo', () => Promise.resolve(answers[asked++] ?? null)),
  )
  const stop = observer.subscribe(() => undefined)
  const shown = () => [asked, observer.getCurrentResult().data]
  await expect.poll(shown).toEqual([1, null])
  goOnline(false)
  goOnline(true)
  await expect.poll(shown).toEqual([2, null])
  goOnline(false)
  goOnline(true)
  await expect.poll(shown).toEqual([3, 'blob:found'])
  goOnline(false)
  goOnline(true)
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(shown()).toEqual([3, 'blob:found'])
  stop()
  client.unmount()
})
