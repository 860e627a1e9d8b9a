import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import type { RequestListener, Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { download, isReachable } from './download.ts'
import type { Integrity } from './integrity.ts'

const content = Buffer.alloc(300_000, 'chowki')
const integrity: Integrity = `sha256-${createHash('sha256').update(content).digest('hex')}`
const patience = { attempts: 2, pauseMs: 1, stallMs: 500 }

let folder: string
let server: Server | null = null
let requests: number

beforeEach(() => {
  requests = 0
  folder = mkdtempSync(join(tmpdir(), 'chowki-download-'))
})
afterEach(async () => {
  server?.closeAllConnections()
  server?.close()
  server = null
  rmSync(folder, { recursive: true, force: true })
})

const serve = async (...answers: RequestListener[]): Promise<string> => {
  server = createServer((request, response) => {
    const answer = answers[Math.min(requests, answers.length - 1)]
    requests += 1
    answer?.(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/part.tgz`
}

const whole: RequestListener = (_request, response) => response.end(content)
const half: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-length': content.length })
  response.write(content.subarray(0, 1_000), () => response.destroy())
}
const silent: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-length': content.length })
  response.write(content.subarray(0, 1_000))
}
const other: RequestListener = (_request, response) => response.end(Buffer.alloc(content.length, 'x'))
const error: RequestListener = (_request, response) => response.writeHead(503).end()

const fetchPart = async (url: string): Promise<string> => {
  const to = join(folder, 'part.tgz')
  await download({ url, label: 'the part', to, integrity }, patience)
  return to
}

describe('P8 a download is whole, the pinned one, or not there', () => {
  it('arrives', async () => {
    const to = await fetchPart(await serve(whole))
    expect(readFileSync(to).equals(content)).toBe(true)
    expect(readdirSync(folder)).toEqual(['part.tgz'])
  })

  it.each([
    ['breaks off half-way', half, 'could not be downloaded'],
    ['falls silent', silent, 'could not be downloaded'],
    ['is another file', other, 'is not what is pinned'],
    ['is refused by the server', error, 'answered 503'],
  ])('leaves nothing when it %s', async (_title, answer, words) => {
    await expect(fetchPart(await serve(answer))).rejects.toThrow(words)
    expect(requests).toBe(patience.attempts)
    expect(readdirSync(folder)).toEqual([])
  })

  it.each([
    ['broke off', half],
    ['was changed on the way', other],
    ['fell silent', silent],
  ])('is fetched again after a first try that %s', async (_title, answer) => {
    const to = await fetchPart(await serve(answer, whole))
    expect(readFileSync(to).equals(content)).toBe(true)
    expect(requests).toBe(2)
  })

  it('a host that is not there, or swallows everything, is seen quickly', async () => {
    expect(await isReachable('http://127.0.0.1:1/x', 500)).toBe(false)
    const begunAt = Date.now()
    expect(await isReachable(await serve(() => undefined), 300)).toBe(false)
    expect(Date.now() - begunAt).toBeLessThan(30_000)
    expect(existsSync(folder)).toBe(true)
  })
})
