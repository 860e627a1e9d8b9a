import type { PushRequest, PushResult } from '@chowki/shared/protocol/messages.ts'
import { expect, test } from 'vitest'
import type { SyncRequest } from './post-json.ts'
import { pushRows } from './push-rows.ts'

const row = (id: string, body = '') => ({ newDocumentState: { _id: id, body } })

function setUp(answer: (body: PushRequest) => Response) {
  const requests: PushRequest[] = []
  const encodings: (string | null)[] = []
  const request: SyncRequest = async (_path, init) => {
    const headers = new Headers(init.headers)
    encodings.push(headers.get('content-encoding'))
    const stream = new Response(init.body as BodyInit).body
    const plain = headers.has('content-encoding')
      ? stream?.pipeThrough(new DecompressionStream('gzip'))
      : stream
    const body = (await new Response(plain).json()) as PushRequest
    requests.push(body)
    return answer(body)
  }
  const target = {
    request,
    path: '/api/sync/notes',
    schemaVersion: 3,
    now: () => 42,
    onServerTime: () => {},
    signal: new AbortController().signal,
  }
  return { requests, encodings, target }
}
const stored = (body: PushRequest) =>
  Response.json({ results: body.rows.map((): PushResult => ({ status: 'stored' })), serverTime: 1 })

test('SYNC-CLIENT-1 small bodies go as they are, larger ones compressed', async () => {
  const { target, encodings, requests } = setUp(stored)
  await pushRows(target, [row('a')])
  await pushRows(target, [row('b', 'x'.repeat(2_000))])
  expect(encodings).toEqual([null, 'gzip'])
  expect(requests[1]).toMatchObject({
    schemaVersion: 3,
    sentAt: 42,
    rows: [{ newDocumentState: { _id: 'b' } }],
  })
})

test('SYNC-CLIENT-2 what is too large for one request is halved, in order', async () => {
  const { target, requests } = setUp(stored)
  const rows = Array.from({ length: 5 }, (_, i) => row(String(i), 'x'.repeat(3 * 1024 * 1024)))
  expect(await pushRows(target, rows)).toHaveLength(5)
  expect(requests.flatMap((body) => body.rows.map(({ newDocumentState }) => newDocumentState._id))).toEqual([
    '0',
    '1',
    '2',
    '3',
    '4',
  ])
})

test('SYNC-CLIENT-6 a large batch goes in several requests at once; each row keeps its own answer', async () => {
  const { target, requests } = setUp((body) => {
    const ids = body.rows.map(({ newDocumentState }) => newDocumentState._id)
    const results = ids.map((id): PushResult => ({ status: id === '300' ? 'unchanged' : 'stored' }))
    return Response.json({ results, serverTime: 1 })
  })
  const results = await pushRows(
    target,
    Array.from({ length: 600 }, (_, i) => row(String(i))),
  )
  // In whichever order they are compressed.
  expect(requests.map((body) => body.rows.length).toSorted((a, b) => b - a)).toEqual([250, 250, 100])
  expect(results).toHaveLength(600)
  expect(results.flatMap(({ status }, index) => (status === 'unchanged' ? [index] : []))).toEqual([300])
})

test('SYNC-CLIENT-6 a failure is told when no request of the batch is on its way any more', async () => {
  const slow = Promise.withResolvers<Response>()
  const answers = [slow.promise, Promise.resolve(new Response('', { status: 503 }))]
  const { target } = setUp(stored)
  let isTold = false
  const pushed = pushRows(
    { ...target, request: () => answers.shift() ?? Promise.reject(new Error('one request too many')) },
    Array.from({ length: 300 }, (_, i) => row(String(i))),
  ).finally(() => (isTold = true))
  pushed.catch(() => undefined)
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(isTold).toBe(false)
  slow.resolve(
    Response.json({ results: Array.from({ length: 250 }, () => ({ status: 'stored' })), serverTime: 1 }),
  )
  await expect(pushed).rejects.toMatchObject({ trouble: 'serverFailed' })
})

test('SYNC-CLIENT-2 a proxy that takes less than the server does is found out', async () => {
  const { target } = setUp((body) =>
    body.rows.length > 2 ? new Response('', { status: 413 }) : stored(body),
  )
  expect(
    await pushRows(
      target,
      ['a', 'b', 'c', 'd', 'e'].map((id) => row(id)),
    ),
  ).toHaveLength(5)
  const { target: none } = setUp(() => new Response('', { status: 413 }))
  expect(await pushRows(none, [row('a')])).toMatchObject([
    { status: 'quarantined', error: { code: 'payload_too_large' } },
  ])
})

test('SYNC-CLIENT-3 an answer that leaves a row out is no answer: nothing counts as sent', async () => {
  for (const body of [{ results: [{ status: 'stored' }] }, {}, { results: 'all' }, null]) {
    const { target } = setUp(() => Response.json(body))
    await expect(pushRows(target, [row('a'), row('b')])).rejects.toMatchObject({ trouble: 'serverFailed' })
  }
})

test.each([
  [401, 'unauthenticated'],
  [410, 'checkpointUnknown'],
  [426, 'outdated'],
  [422, 'refused'],
  [503, 'serverFailed'],
])('SYNC-CLIENT-4 status %i is %s', async (status, trouble) => {
  const error = { code: status === 410 ? 'checkpoint_unknown' : 'x', message: 'm', remedy: 'r' }
  const { target } = setUp(() => Response.json({ error }, { status }))
  await expect(pushRows(target, [row('a')])).rejects.toMatchObject({ trouble, status, answer: error })
})

test('SYNC-CLIENT-4 no answer, half an answer and a stranger’s page are told apart from a refusal', async () => {
  const { target } = setUp(() => {
    throw new TypeError('fetch failed')
  })
  await expect(pushRows(target, [row('a')])).rejects.toMatchObject({ trouble: 'unreachable' })
  const { target: half } = setUp(() => new Response('{"results":['))
  await expect(pushRows(half, [row('a')])).rejects.toMatchObject({ trouble: 'unreachable' })
  const { target: portal } = setUp(() => new Response('<html>', { status: 502 }))
  await expect(pushRows(portal, [row('a')])).rejects.toMatchObject({ trouble: 'serverFailed' })
})
