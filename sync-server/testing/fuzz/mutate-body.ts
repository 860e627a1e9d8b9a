/** Bodies that are wrong after they were written, whatever the route takes. */
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import type { FuzzRequest, Mutation } from './fuzz-request.ts'
import { marker } from './fuzz-target.ts'
import { withHeader } from './mutate-headers.ts'

const invalidUtf8 = [
  [0xe9],
  [0xe0, 0xa4],
  [0xed, 0xa0, 0x80],
  [0xc0, 0xaf],
  [0xff, 0xfe],
  [0xf5, 0x80, 0x80, 0x80],
]
/** Nine megabytes, one more than is read. */
const bomb = gzipSync(Buffer.alloc(9 * 1024 * 1024, '['))

const edited = (change: (body: Buffer) => Buffer) => (request: FuzzRequest) => ({
  ...request,
  body: change(request.body ?? Buffer.from('{}')),
})

const packed =
  (change: (body: Buffer) => Buffer, encoding = 'gzip') =>
  (request: FuzzRequest) => ({
    ...edited(change)(request),
    headers: withHeader(request.headers, 'content-encoding', encoding),
  })

const spliced = (bytes: number[], at: number) => (body: Buffer) => {
  const cut = at % (body.length + 1)
  return Buffer.concat([body.subarray(0, cut), Buffer.from(bytes), body.subarray(cut)])
}

const flipped = (at: number, bits: number) => (body: Buffer) => {
  const copy = Buffer.from(body)
  const place = at % Math.max(1, copy.length)
  copy[place] = (copy[place] ?? 0) ^ bits
  return copy
}

export const bytesMutation: Mutation = fc.oneof(
  fc.tuple(fc.constantFrom(...invalidUtf8), fc.nat()).map(([bytes, at]) => edited(spliced(bytes, at))),
  fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })).map(([at, bits]) => edited(flipped(at, bits))),
  fc.nat().map((at) => edited((body) => body.subarray(0, at % (body.length + 1)))),
  fc.uint8Array({ maxLength: 64 }).map((bytes) => edited(() => Buffer.from(bytes))),
  fc.constantFrom(
    edited((body) => Buffer.from(body.toString('utf8'), 'utf16le')),
    edited((body) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body])),
    edited((body) => Buffer.concat([body, body])),
    edited(() => Buffer.alloc(0)),
    edited(() => Buffer.from('null')),
    packed((body) => gzipSync(body)),
    packed((body) => gzipSync(body).subarray(0, -9)),
    packed((body) => gzipSync(gzipSync(body))),
    packed((body) => body),
    packed(() => bomb),
    ...['deflate', 'br', 'gzip, gzip', 'identity, gzip', marker].map((name) =>
      packed((body) => gzipSync(body), name),
    ),
    (request: FuzzRequest) => ({
      ...request,
      headers: [...request.headers, ['content-length', String((request.body?.length ?? 0) + 500)] as const],
      isCutOff: true,
    }),
  ),
)
