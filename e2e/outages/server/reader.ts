/** A desk that reads on from its checkpoint, through every outage, and never from the beginning. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Checkpoint, WireDocument } from '@chowki/shared/protocol/messages.ts'
import type { GateClient } from './gate-client.ts'

export interface Reader {
  checkpoint: Checkpoint | null
  readonly seen: Map<string, WireDocument>
}

const pauseMs = 20

export const newReader = (): Reader => ({ checkpoint: null, seen: new Map() })

/** To the end of what the server has; false where it does not answer. */
export async function readOn(client: GateClient, reader: Reader, stopped?: AbortSignal): Promise<boolean> {
  for (;;) {
    const page = await client.pull(reader.checkpoint, stopped)
    if (page === null) return false
    if (reader.checkpoint !== null && page.checkpoint.lineage !== reader.checkpoint.lineage)
      throw new Error('The society has begun a new history')
    if (page.checkpoint.seq < (reader.checkpoint?.seq ?? 0)) throw new Error('The numbers go back')
    for (const document of page.documents) reader.seen.set(document._id, document)
    reader.checkpoint = page.checkpoint
    if (page.documents.length === 0) return true
  }
}

export interface Reading {
  /** Rejects with what the reader found wrong meanwhile. */
  stop(): Promise<void>
}

export function startReading(client: GateClient, reader: Reader): Reading {
  const stopped = new AbortController()
  const reading = keepReading(client, reader, stopped.signal)
  // Handled by whoever stops it; until then it must not end the process.
  reading.catch(() => undefined)
  return {
    stop() {
      stopped.abort()
      return reading
    },
  }
}

async function keepReading(client: GateClient, reader: Reader, stopped: AbortSignal): Promise<void> {
  while (!stopped.aborted) {
    await readOn(client, reader, stopped)
    await sleep(pauseMs)
  }
}
