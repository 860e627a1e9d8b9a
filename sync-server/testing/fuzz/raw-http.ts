/** HTTP as bytes: no client would send most of what is sent here, and none would show all of what comes back. */
import { connect } from 'node:net'
import { gunzipSync } from 'node:zlib'

export interface RawAnswer {
  readonly status: number
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>
  readonly head: string
  /** Without chunks and compression. */
  readonly body: Buffer
}

export interface RawRequest {
  readonly method: string
  readonly path: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer | null
  /** The sender goes away after it, although more was announced. */
  readonly isCutOff?: boolean
}

export function requestBytes({ method, path, headers, body }: RawRequest): Buffer {
  const names = headers.map(([name]) => name.toLowerCase())
  const hasLength = names.includes('content-length') || names.includes('transfer-encoding')
  const length = body && !hasLength ? [`content-length: ${body.length}`] : []
  const lines = [
    `${method} ${path} HTTP/1.1`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...length,
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body ?? Buffer.alloc(0)])
}

const answerWithinMs = 60_000

/** Null where the server closed the line without a word; rejects where it does neither. */
export function sendRaw(port: number, request: RawRequest): Promise<RawAnswer | null> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port })
    let received = Buffer.alloc(0)
    const finish = (): void => {
      socket.destroy()
      clearTimeout(timer)
    }
    const timer = setTimeout(() => {
      finish()
      reject(new Error(`no answer in ${answerWithinMs} ms to ${request.method} ${request.path.slice(0, 80)}`))
    }, answerWithinMs)
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      const answer = readAnswer(received, request.method === 'HEAD')
      if (answer === 'more') return
      finish()
      resolve(answer)
    })
    // A refusal may close the line before everything is written.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      finish()
      const answer = readAnswer(received, true)
      resolve(answer === 'more' ? null : answer)
    })
    socket.write(requestBytes(request))
    if (request.isCutOff) socket.end()
  })
}

function readAnswer(received: Buffer, isWithoutBody: boolean): RawAnswer | 'more' {
  const headEnd = received.indexOf('\r\n\r\n')
  if (headEnd < 0) return 'more'
  const head = received.subarray(0, headEnd).toString('latin1')
  const rest = received.subarray(headEnd + 4)
  const status = Number(/^HTTP\/1\.[01] ([0-9]{3})/.exec(head)?.[1] ?? 0)
  if (status >= 100 && status < 200) return readAnswer(rest, isWithoutBody)
  const headers = new Map(
    head
      .split('\r\n')
      .slice(1)
      .map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 1).trim(),
      ]),
  )
  const isOpenStream = headers.get('content-type')?.startsWith('text/event-stream') === true
  if (isWithoutBody || isOpenStream || status === 204 || status === 304) {
    return { status, headers, head, body: Buffer.alloc(0) }
  }
  const body = headers.get('transfer-encoding') === 'chunked' ? readChunks(rest) : readLength(rest, headers)
  if (body === 'more') return 'more'
  const isPacked = headers.get('content-encoding') === 'gzip'
  return { status, headers, head, body: isPacked ? gunzipSync(body) : body }
}

function readLength(rest: Buffer, headers: ReadonlyMap<string, string>): Buffer | 'more' {
  const length = Number(headers.get('content-length'))
  return Number.isNaN(length) || rest.length < length ? 'more' : rest.subarray(0, length)
}

function readChunks(rest: Buffer): Buffer | 'more' {
  const chunks: Buffer[] = []
  for (let at = 0; ;) {
    const lineEnd = rest.indexOf('\r\n', at)
    if (lineEnd < 0) return 'more'
    const size = Number.parseInt(rest.subarray(at, lineEnd).toString('latin1'), 16)
    if (size === 0) return Buffer.concat(chunks)
    const end = lineEnd + 2 + size
    if (rest.length < end + 2) return 'more'
    chunks.push(rest.subarray(lineEnd + 2, end))
    at = end + 2
  }
}
