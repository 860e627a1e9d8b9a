/** The kiosks' ends of many streams, on plain sockets in a process of their own: its work must not look like the server's. */
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { monotonicMs } from '../monotonic.ts'
import type { FromCrowd, StreamRequest, ToCrowd } from './crowd-messages.ts'

interface Stream {
  readonly socket: Socket
  readonly group: number
}

const openAtOnce = 64
const streams = new Set<Stream>()
let expected: { readonly waiting: Set<Stream>; readonly at: number[] } | null = null
let isClosing = false

const tell = (message: FromCrowd): void => void process.send?.(message)
const fail = (reason: string): void => tell({ kind: 'failed', reason })

process.on('message', (message: ToCrowd) => {
  handle(message).catch((error: unknown) => fail(String(error)))
})
process.on('disconnect', () => process.exit())

async function handle(message: ToCrowd): Promise<void> {
  switch (message.kind) {
    case 'open':
      await openAll(message.port, message.streams)
      return tell({ kind: 'opened' })
    case 'expect':
      expected = { waiting: new Set([...streams].filter(({ group }) => group === message.group)), at: [] }
      return tell({ kind: 'expecting' })
    case 'close':
      isClosing = true
      await Promise.all([...streams].map(closed))
      streams.clear()
      isClosing = false
      return tell({ kind: 'closed' })
  }
}

async function openAll(port: number, requests: readonly StreamRequest[]): Promise<void> {
  const rest = requests.values()
  const openSome = async (): Promise<void> => {
    for (const request of rest) await open(port, request)
  }
  await Promise.all(Array.from({ length: openAtOnce }, openSome))
}

/** Resolves when the server has sent the stream's first line. */
function open(port: number, { group, path, headers }: StreamRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const stream: Stream = { socket, group }
    const lines = Object.entries({ host: '127.0.0.1', accept: 'text/event-stream', ...headers })
    socket.write(
      `GET ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
    )
    socket.on('data', (chunk) => {
      const text = chunk.toString('latin1')
      if (!streams.has(stream)) {
        if (!text.startsWith('HTTP/1.1 200'))
          return socket.destroy(new Error(`refused: ${text.slice(0, 200)}`))
        streams.add(stream)
        resolve()
      }
      if (text.includes('event: nudge')) arrived(stream)
    })
    socket.on('error', reject)
    socket.on('close', () => {
      reject(new Error('a stream ended before it began'))
      if (!isClosing) fail('the server ended a stream')
    })
  })
}

function arrived(stream: Stream): void {
  if (!expected?.waiting.delete(stream)) return
  expected.at.push(monotonicMs())
  if (expected.waiting.size > 0) return
  tell({ kind: 'arrived', at: expected.at })
  expected = null
}

const closed = ({ socket }: Stream): Promise<void> =>
  new Promise((resolve) => {
    socket.once('close', () => resolve())
    socket.destroy()
  })
