import { expect, test } from 'vitest'
import { createPushesUnderWay } from './pushes-under-way.ts'

const document = (_id: string, text = 'sent') => ({ _id, text })
const open = () => createPushesUnderWay((pulled, sent) => pulled['text'] === sent['text'])

/** Everything that needs no more than promises has happened. */
const turn = () => new Promise((resolve) => setImmediate(resolve))

function watch(promise: Promise<void>) {
  const watched = { isSettled: false }
  void promise.then(() => (watched.isSettled = true))
  return watched
}

test('trap 17 a page waits for each push of a document that it holds in another state, and for no other', async () => {
  const pushes = open()
  pushes.begin([document('a'), document('b'), document('c')])
  const page = watch(pushes.settled([document('a', 'changed'), document('b', 'changed'), document('c')]))
  const others = watch(pushes.settled([document('c'), document('d', 'changed')]))
  await turn()
  expect([page, others]).toEqual([{ isSettled: false }, { isSettled: true }])
  pushes.end(['a'])
  await turn()
  expect(page.isSettled).toBe(false)
  pushes.end(['b', 'never sent'])
  await turn()
  expect(page.isSettled).toBe(true)
})

test('trap 17 a push that is repeated is another: the page waited for the one before', async () => {
  const pushes = open()
  pushes.begin([document('a')])
  const before = watch(pushes.settled([document('a', 'changed')]))
  pushes.begin([document('a')])
  const after = watch(pushes.settled([document('a', 'changed')]))
  await turn()
  expect([before, after]).toEqual([{ isSettled: true }, { isSettled: false }])
})

test('trap 17 no page waits once the replication has ended', async () => {
  const pushes = open()
  pushes.begin([document('a')])
  const page = watch(pushes.settled([document('a', 'changed')]))
  pushes.endAll()
  pushes.begin([document('b')])
  const later = watch(pushes.settled([document('b', 'changed')]))
  await turn()
  expect([page, later]).toEqual([{ isSettled: true }, { isSettled: true }])
})
