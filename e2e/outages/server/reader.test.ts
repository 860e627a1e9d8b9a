import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { GateClient } from './gate-client.ts'
import { newReader, startReading } from './reader.ts'

let server: Server | null = null
afterEach(() => void server?.close())

/** Answers each pull with the next of these numbers, and goes on with the last. */
async function clientOf(seqs: readonly number[]): Promise<{ client: GateClient; asked: () => number }> {
  let asked = 0
  const made = createServer((_request, response) => {
    const seq = seqs[Math.min(asked, seqs.length - 1)]
    asked += 1
    response.setHeader('connection', 'close')
    response.end(JSON.stringify({ documents: [], checkpoint: { lineage: 'a', seq } }))
  })
  server = made
  made.listen(0, '127.0.0.1')
  await once(made, 'listening')
  const { port } = made.address() as AddressInfo
  const device = { deviceId: '', token: '', societyId: '', gateId: '' }
  return { client: new GateClient(`http://127.0.0.1:${port}`, device), asked: () => asked }
}

test('a reader goes on until it is stopped', async () => {
  const { client, asked } = await clientOf([3, 5])
  const reader = newReader()
  const reading = startReading(client, reader)
  await expect.poll(asked).toBeGreaterThan(3)
  await reading.stop()
  expect(reader.checkpoint?.seq).toBe(5)
})

test('numbers that go back are told to whoever stops the reader, and end nothing before', async () => {
  const { client, asked } = await clientOf([5, 3])
  const reading = startReading(client, newReader())
  await expect.poll(asked).toBe(2)
  // Time for an error that nobody hears to be one.
  await sleep(100)
  await expect(reading.stop()).rejects.toThrow('The numbers go back')
})
