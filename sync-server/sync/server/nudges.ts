/**
 * Nudges: "these collections changed", over Server-Sent Events. A nudge carries no documents and no checkpoint, so
 * that one which is lost, merged with another or dropped costs nothing (trap 3): the replica pulls by its own
 * checkpoint, on every nudge, on every reconnection and by its own clock.
 */
import type { Nudge } from '@chowki/shared/protocol/messages.ts'

/** As much of an HTTP response as is needed here. */
export interface NudgeResponse {
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
  /**
   * `source`: who listens, a name within its partition. A third stream of one source ends its first: it is a line that
   * died unnoticed.
   */
  connect(partition: string, source: string, response: NudgeResponse): void
  /** `writer`: a source that hears of it last. It has its own writes, and need not compete with who has not. */
  publish(this: void, partition: string, collections: readonly string[], writer?: string): void
  /** Ends the streams of a source whose credentials are no longer good. */
  disconnect(partition: string, source: string): void
  close(): void
  readonly connections: number
}

export const nudgeTiming: NudgeTiming = { heartbeatMs: 15_000, coalesceMs: 200 }
const streamsPerSource = 2
/** So often in a heartbeat some of the streams get theirs: ten thousand at one moment would hold up all else. */
const beatsPerHeartbeat = 15

interface Partition {
  readonly name: string
  readonly connections: Set<Connection>
  readonly bySource: Map<string, Set<Connection>>
  /** What changed since the last nudge. */
  readonly pending: Set<string>
  late: Late | undefined
  /** Runs while nudges wait for each other. */
  timer: NodeJS.Timeout | undefined
}

/** What the one who wrote it has yet to hear of. */
interface Late {
  readonly writer: string
  readonly collections: ReadonlySet<string>
}

interface Connection {
  readonly partition: Partition
  readonly source: string
  readonly response: NudgeResponse
  readonly turn: Set<Connection>
  /** While its buffer is full: since which beat, and what it has missed. */
  full: { readonly since: number; readonly missed: Set<string> } | undefined
}

/** What happens to one stream costs the same with ten open as with ten thousand: nothing of it looks through all. */
export function createNudgeHub(timing: NudgeTiming = nudgeTiming): NudgeHub {
  const partitions = new Map<string, Partition>()
  const turns = Array.from({ length: beatsPerHeartbeat }, () => new Set<Connection>())
  const fullOnes = new Set<Connection>()
  let opened = 0
  let beats = 0
  const heartbeat = setInterval(beat, timing.heartbeatMs / beatsPerHeartbeat)
  heartbeat.unref()

  /** A reader that took nothing for a whole heartbeat is gone, or too slow: it comes back by itself. */
  function beat(): void {
    beats += 1
    for (const connection of fullOnes) {
      if (beats - (connection.full?.since ?? beats) < beatsPerHeartbeat) continue
      drop(connection, () => connection.response.destroy())
    }
    for (const connection of turns[beats % beatsPerHeartbeat] ?? []) {
      if (connection.full === undefined) write(connection, ':\n\n')
    }
  }

  function write(connection: Connection, text: string): void {
    if (connection.response.write(text)) return
    connection.full = { since: beats, missed: new Set() }
    fullOnes.add(connection)
  }

  function readAgain(connection: Connection): void {
    const missed = connection.full?.missed
    connection.full = undefined
    // Not to a stream that was ended meanwhile.
    if (!fullOnes.delete(connection)) return
    if (missed !== undefined && missed.size > 0) write(connection, toEvent(missed))
  }

  function nudge(connection: Connection, collections: ReadonlySet<string>, event: string): void {
    if (connection.full === undefined) write(connection, event)
    else for (const collection of collections) connection.full.missed.add(collection)
  }

  /** To all but `writer`, who hears of it when those that wait are let go, be there others or not. */
  function flush(partition: Partition, writer?: string): void {
    const { pending, connections } = partition
    if (pending.size === 0) return
    const event = toEvent(pending)
    for (const connection of connections) {
      if (writer === undefined || connection.source !== writer) nudge(connection, pending, event)
    }
    partition.late = writer === undefined ? undefined : { writer, collections: new Set(pending) }
    pending.clear()
    if (connections.size === 0) return
    partition.timer = setTimeout(() => {
      partition.timer = undefined
      const { late } = partition
      if (late !== undefined) tellWriter(partition, late)
      flush(partition)
    }, timing.coalesceMs)
    partition.timer.unref()
  }

  function tellWriter(partition: Partition, { writer, collections }: Late): void {
    partition.late = undefined
    const event = toEvent(collections)
    for (const connection of partition.bySource.get(writer) ?? []) nudge(connection, collections, event)
  }

  function open(name: string, source: string, response: NudgeResponse): Connection {
    const partition = partitions.get(name) ?? {
      name,
      connections: new Set(),
      bySource: new Map(),
      pending: new Set(),
      late: undefined,
      timer: undefined,
    }
    const turn = turns[opened % beatsPerHeartbeat] ?? new Set()
    const connection: Connection = { partition, source, response, turn, full: undefined }
    partitions.set(name, partition)
    partition.connections.add(connection)
    const siblings = partition.bySource.get(source) ?? new Set()
    partition.bySource.set(source, siblings.add(connection))
    turn.add(connection)
    opened += 1
    return connection
  }

  function drop(connection: Connection, end: () => void): void {
    const { partition, source, turn } = connection
    if (!turn.delete(connection)) return
    fullOnes.delete(connection)
    const siblings = partition.bySource.get(source)
    siblings?.delete(connection)
    if (siblings?.size === 0) partition.bySource.delete(source)
    partition.connections.delete(connection)
    if (partition.connections.size === 0) {
      clearTimeout(partition.timer)
      partitions.delete(partition.name)
    }
    end()
  }

  const endStream = (connection: Connection): void => drop(connection, () => connection.response.end())
  const ofSource = (partition: string, source: string): Connection[] => [
    ...(partitions.get(partition)?.bySource.get(source) ?? []),
  ]

  return {
    connect(partition, source, response) {
      ofSource(partition, source)
        .slice(0, -(streamsPerSource - 1))
        .forEach(endStream)
      const connection = open(partition, source, response)
      response.on('close', () => drop(connection, () => {}))
      response.on('drain', () => readAgain(connection))
      // Something to read at once: a proxy passes the headers on, and the replica knows that it is connected.
      write(connection, 'retry: 1000\n\n')
    },
    publish(name, collections, writer) {
      const partition = partitions.get(name)
      if (partition === undefined) return
      for (const collection of collections) partition.pending.add(collection)
      if (partition.timer === undefined) flush(partition, writer)
    },
    disconnect: (partition, source) => ofSource(partition, source).forEach(endStream),
    close() {
      clearInterval(heartbeat)
      for (const turn of turns) turn.forEach(endStream)
    },
    get connections() {
      return turns.reduce((count, turn) => count + turn.size, 0)
    },
  }
}

function toEvent(collections: ReadonlySet<string>): string {
  const nudge: Nudge = { collections: [...collections] }
  return `event: nudge\ndata: ${JSON.stringify(nudge)}\n\n`
}
