/** A pinned file from the open internet. Nothing that is not whole and checked ever gets the wanted name. */
import { createWriteStream, renameSync, rmSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ReadableStream } from 'node:stream/web'
import { hasCode, Refusal } from '../setup/refusal.mjs'
import { say, sayWhileWaiting } from '../setup/terminal.mjs'
import type { Integrity } from './integrity.ts'
import { requireIntegrity } from './integrity.ts'

export interface Download {
  readonly url: string
  readonly label: string
  readonly to: string
  readonly integrity: Integrity
}

export interface DownloadPatience {
  readonly attempts: number
  readonly pauseMs: number
  /** How long the other side may stay silent. */
  readonly stallMs: number
}

const patient: DownloadPatience = { attempts: 3, pauseMs: 2_000, stallMs: 30_000 }

/** Whether a host answers at all, asked with little patience: a closed network often swallows packets. */
export const isReachable = async (url: string, timeoutMs = 6_000): Promise<boolean> => {
  try {
    const response = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(timeoutMs) })
    return response.ok
  } catch {
    // Not reachable is the answer.
    return false
  }
}

export const download = async (wanted: Download, patience: DownloadPatience = patient): Promise<void> => {
  const part = `${wanted.to}.part`
  for (let attempt = 1; ; attempt++) {
    try {
      await fetchTo(wanted, part, patience.stallMs)
      await requireIntegrity(part, wanted.label, wanted.integrity)
      return renameSync(part, wanted.to)
    } catch (error) {
      rmSync(part, { force: true })
      if (hasCode(error, 'ENOSPC')) throw error
      if (attempt >= patience.attempts) throw toRefusal(wanted, error)
      say(
        `  the download of ${wanted.label} broke off; trying again (${attempt + 1} of ${patience.attempts})`,
      )
      await sleep(patience.pauseMs)
    }
  }
}

const toRefusal = (wanted: Download, error: unknown): Refusal =>
  error instanceof Refusal
    ? error
    : new Refusal(
        `${wanted.label} could not be downloaded (${error instanceof Error ? error.message : String(error)}).`,
        'Check the network, then run the same command again.',
      )

const fetchTo = async (wanted: Download, path: string, stallMs: number): Promise<void> => {
  const stalled = new AbortController()
  const silence = setTimeout(() => stalled.abort(new Error(`no data for ${stallMs} ms`)), stallMs)
  let received = 0
  let expected = 0
  const stopSaying = sayWhileWaiting(() => `  ${wanted.label}: ${toProgress(received, expected)}`, 5_000)
  try {
    const response = await fetch(wanted.url, { signal: stalled.signal })
    if (!response.ok || response.body === null) throw new Error(`the server answered ${response.status}`)
    expected = Number(response.headers.get('content-length') ?? 0)
    const body = Readable.fromWeb(response.body as ReadableStream)
    body.on('data', (chunk: Buffer) => {
      received += chunk.length
      silence.refresh()
    })
    await pipeline(body, createWriteStream(path))
    if (expected > 0 && received < expected) throw new Error(`only ${toProgress(received, expected)} arrived`)
  } finally {
    clearTimeout(silence)
    stopSaying()
  }
}

const toProgress = (received: number, expected: number): string => {
  const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(0)
  return expected > 0 ? `${megabytes(received)} of ${megabytes(expected)} MB` : `${megabytes(received)} MB`
}
