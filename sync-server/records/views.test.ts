/** AUDIT-4: looks at personal data. */
import { expect, test } from 'vitest'
import { createMemoryStorage } from '../storage/memory/memory-storage.ts'
import type { SyncStorage } from '../storage/storage.ts'
import type { Caller } from './caller.ts'
import { createViews } from './views.ts'

const [lotus, palm] = ['lotus', 'palm']
const viewer: Caller = { kind: 'device', id: 'desk', requestId: 'r1' }
const view = (id: string) => ({ action: 'photo.viewed', collection: 'photos', id }) as const

function setUp() {
  const memory = createMemoryStorage({ journal: () => [] })
  const commits: string[] = []
  let failure: Error | undefined
  const storage: SyncStorage = {
    ...memory,
    async transact(...args) {
      commits.push(args[0])
      if (failure) throw failure
      return memory.transact(...args)
    },
  }
  const looked = async (society: string) =>
    (await memory.logAfter(society, 0, 1_000)).map(({ fields }) => fields['subjectId'])
  const fail = (error?: Error) => (failure = error)
  return { look: createViews(storage, () => 1_000), commits, looked, fail, memory }
}

test('AUDIT-4 a look waits until its entry is there: who, what, when, by which request', async () => {
  const { look, memory } = setUp()
  await look(viewer, lotus, view('a'))
  const [entry] = await memory.logAfter(lotus, 0, 10)
  expect(entry?.fields).toEqual({
    actorKind: 'device',
    actorId: 'desk',
    requestId: 'r1',
    action: 'photo.viewed',
    subjectCollection: 'photos',
    subjectId: 'a',
    outcome: 'allowed',
    createdAt: 1_000,
    updatedAt: 1_000,
  })
})

test('AUDIT-4 a hundred looks at once are two commits, each look an entry; societies are apart', async () => {
  const { look, commits, looked } = setUp()
  const ids = Array.from({ length: 100 }, (_, index) => `photo ${index}`)
  await Promise.all([...ids.map((id) => look(viewer, lotus, view(id))), look(viewer, palm, view('other'))])
  expect(await looked(lotus)).toEqual(ids)
  expect(await looked(palm)).toEqual(['other'])
  expect(commits.toSorted()).toEqual([lotus, lotus, palm])
  await look(viewer, lotus, view('later'))
  expect(await looked(lotus)).toEqual([...ids, 'later'])
})

test('AUDIT-4 a look whose entry cannot be written does not happen, and does not stop the next', async () => {
  const { look, looked, fail } = setUp()
  fail(new Error('no database'))
  const looks = await Promise.allSettled(['a', 'b'].map((id) => look(viewer, lotus, view(id))))
  expect(looks.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  fail()
  await look(viewer, lotus, view('c'))
  expect(await looked(lotus)).toEqual(['c'])
})
