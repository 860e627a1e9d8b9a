/**
 * Nudges: "these collections changed", over Server-Sent Events. A nudge carries no documents and no checkpoint, so
 * that one which is lost, merged with another or dropped costs nothing (trap 3): the replica pulls by its own
 * checkpoint, on every nudge, on every reconnection and by its own clock.
 */
import type { Nudge } from '@chowki/shared/protocol/messages.ts'

/** As much of an HTTP response as is needed here. */
export interface NudgeStream {
  /** False when its buffer is full. */
  write(text: string): boolean
  end(): void
  destroy(): void
  on(event: 'drain' | 'close', listener: () => void): unknown
}

export interface NudgeTiming {
  /** Keeps proxies from closing the line, and finds lines that are dead. */
  readonly heartbeatMs: number
  /** The first nudge goes out at once; those in this time after it go out together. */
  readonly coalesceMs: number
}

export interface NudgeHub {
  /** `source`: who listens, a name within its partition. A third stream of one source ends its first: it is a line that died unnoticed. */
  connect(partition: string, source: string, stream: NudgeStream): void
  publish(partition: string, collections: readonly string[]): void
  /** Ends the streams of a source whose credentials are no longer good. */
  disconnect(partition: string, source: string): void
  close(): void
  readonly connections: number
}

export const nudgeTiming: NudgeTiming = { heartbeatMs: 15_000, coalesceMs: 200 }
const streamsPerSource = 2

interface Connection {
  readonly partition: string
  readonly source: string
  readonly stream: NudgeStream
  readonly pending: Set<string>
  timer: NodeJS.Timeout | undefined
  full: boolean
}

export function createNudgeHub(timing: NudgeTiming = nudgeTiming): NudgeHub {
  const connections = new Set<Connection>()
  const byPartition = new Map<string, Set<Connection>>()
  const heartbeat = setInterval(() => connections.forEach(beat), timing.heartbeatMs)
  heartbeat.unref()

  /** A reader that took nothing for a whole heartbeat is gone, or too slow: it comes back by itself. */
  function beat(connection: Connection): void {
    if (connection.full) drop(connection, () => connection.stream.destroy())
    else write(connection, ':\n\n')
  }

  function write(connection: Connection, text: string): void {
    connection.full = !connection.stream.write(text)
  }

  function flush(connection: Connection): void {
    if (connection.pending.size === 0 || connection.full || connection.timer) return
    const nudge: Nudge = { collections: [...connection.pending] }
    connection.pending.clear()
    write(connection, `event: nudge\ndata: ${JSON.stringify(nudge)}\n\n`)
    connection.timer = setTimeout(() => {
      connection.timer = undefined
      flush(connection)
    }, timing.coalesceMs)
    connection.timer.unref()
  }

  function drop(connection: Connection, end: () => void): void {
    if (!connections.delete(connection)) return
    clearTimeout(connection.timer)
    const siblings = byPartition.get(connection.partition)
    siblings?.delete(connection)
    if (siblings?.size === 0) byPartition.delete(connection.partition)
    end()
  }

  const ofSource = (partition: string, source: string) =>
    [...(byPartition.get(partition) ?? [])].filter((connection) => connection.source === source)

  return {
    connect(partition, source, stream) {
      const connection: Connection = {
        partition,
        source,
        stream,
        pending: new Set(),
        timer: undefined,
        full: false,
      }
      const surplus = ofSource(partition, source).slice(0, -(streamsPerSource - 1))
      for (const old of surplus) drop(old, () => old.stream.end())
      connections.add(connection)
      const siblings = byPartition.get(partition) ?? new Set()
      byPartition.set(partition, siblings.add(connection))
      stream.on('close', () => drop(connection, () => {}))
      stream.on('drain', () => {
        connection.full = false
        flush(connection)
      })
      // Something to read at once: a proxy passes the headers on, and the replica knows that it is connected.
      write(connection, 'retry: 1000\n\n')
    },
    publish(partition, collections) {
      for (const connection of byPartition.get(partition) ?? []) {
        for (const collection of collections) connection.pending.add(collection)
        flush(connection)
      }
    },
    disconnect(partition, source) {
      for (const connection of ofSource(partition, source)) drop(connection, () => connection.stream.end())
    },
    close() {
      clearInterval(heartbeat)
      for (const connection of connections) drop(connection, () => connection.stream.end())
    },
    get connections() {
      return connections.size
    },
  }
}
