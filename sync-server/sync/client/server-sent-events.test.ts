import { expect, test } from 'vitest'
import { readServerSentEvents } from './server-sent-events.ts'

async function eventsOf(...chunks: (string | Uint8Array)[]) {
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) {
        controller.enqueue(typeof chunk === 'string' ? encoder.encode(chunk) : chunk)
      }
      controller.close()
    },
  })
  const events: object[] = []
  const response = new Response(body)
  for await (const event of readServerSentEvents(response, 1_000, new AbortController())) events.push(event)
  return events
}

test('SYNC-NUDGE-7 events are read wherever the network cuts them', async () => {
  const text = 'retry: 1000\n\n:\n\nevent: nudge\ndata: {"a":"é"}\n\n:\n\nevent: nudge\ndata: 2\n\n'
  const whole = await eventsOf(text)
  expect(whole).toEqual([
    { event: 'nudge', data: '{"a":"é"}' },
    { event: 'nudge', data: '2' },
  ])
  const bytes = new TextEncoder().encode(text)
  expect(await eventsOf(...Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(whole)
  expect(await eventsOf(text.replaceAll('\n', '\r\n'))).toEqual(whole)
})

test('SYNC-NUDGE-7 an event that is cut off at the end is not told', async () => {
  expect(await eventsOf('event: nudge\ndata: 1\n')).toEqual([])
  expect(await eventsOf('data: 1\ndata: 2\n\n')).toEqual([{ event: 'message', data: '1\n2' }])
})
