/** The network between one gate and the servers: what it does to requests, and a look at every answer. */
import type { PushRequest, WireDocument } from '@chowki/shared/protocol/messages.ts'
import type { NudgeResponse } from '../../sync/server/nudges.ts'
import type { SyncRequest } from '../../sync/client/post-json.ts'
import { fromProtocolOne, protocolOne } from './protocol-one.ts'
import type { Answer, SimulatedServer } from './simulated-server.ts'
import { createWireCheck } from './wire-check.ts'
import type { World } from './world.ts'

export interface SimulatedLine {
  readonly request: SyncRequest
  /** True time until which nothing gets through. */
  cutUntil: number
  /** True time until which the server contradicts every edit of one document. */
  quarrelUntil: number
  /** The replication of the quarrelled-about collection has begun anew. */
  noteRestart(): void
  /** Paths that have no answer yet. */
  readonly underWay: Set<{ readonly path: string }>
}

export interface SimulatedLineParts {
  readonly world: World
  readonly source: string
  readonly society: string
  readonly schemaVersion: number
  readonly protocol: 1 | undefined
}

/** Of all collections of a gate; honest work stays far below. */
const pushesInTenSecondsMax = 30
/** A replication that begins anew knows nothing of the rounds before: five are free again, and then one. */
const pushesOfOneRestart = 6

const hasStored = ({ body }: Answer) => body.includes('"status":"stored"')
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

const somebodyElse = { kind: 'device', id: 'somebody else' }

export function createLine(parts: SimulatedLineParts): SimulatedLine {
  const { world, source, society } = parts
  const { random, script } = world
  const checkAnswer = createWireCheck(parts)
  const authorization = `Bearer ${source}`
  const recentPushes: number[] = []
  const recentRestarts: number[] = []
  const isCut = () => world.time.now() < line.cutUntil
  const happens = (fault: string, probability: number): boolean => {
    const happened = world.isFaulty && random.chance(probability)
    if (happened) world.count(fault)
    return happened
  }

  const pickServer = () => random.pick(world.servers as [SimulatedServer, ...SimulatedServer[]])

  async function send(path: string, init: RequestInit): Promise<Answer> {
    const isOld = parts.protocol === 1
    const headers = {
      ...(init.headers as Record<string, string>),
      ...(isOld ? protocolOne : {}),
      authorization,
    }
    const sent = String(init.body)
    const answered = await pickServer().post(path, headers, sent)
    const answer = isOld ? fromProtocolOne(path, sent, answered) : answered
    checkAnswer(path, sent, answer)
    return answer
  }

  /** Two sides that cannot agree must not keep the line busy (trap 7). */
  function notePush(): void {
    world.pushes += 1
    const now = performance.now()
    recentPushes.push(now)
    for (const times of [recentPushes, recentRestarts]) {
      while ((times[0] ?? now) < now - 10_000) times.shift()
    }
    const most = pushesInTenSecondsMax + pushesOfOneRestart * recentRestarts.length
    if (recentPushes.length > most) world.violate(`${source} pushes without a pause`)
  }

  async function post(path: string, init: RequestInit): Promise<Response> {
    world.requests += 1
    if (path.endsWith('/push')) notePush()
    world.trace(`${source} ${path} ${String(init.body)}`)
    await travel()
    if (happens('drop', script.line.drop)) throw new Error('lost on the way there')
    const isQuarrel = path.endsWith('/visitorEntries/push') && world.time.now() < line.quarrelUntil
    if (isQuarrel) await quarrelAbout(init)
    const sent = send(path, init)
    if (happens('duplicate', script.line.duplicate)) {
      // The second copy may arrive long after, when much else has happened.
      void pause(random.integer(1, 8_000)).then(() => send(path, init).catch(() => undefined))
    }
    const answer = await sent
    await travel()
    if (happens('lost reply', script.line.loseReply)) {
      if (hasStored(answer)) world.count('lost reply after commit')
      throw new Error('lost on the way back')
    }
    world.trace(`${source} ${answer.status} ${answer.body}`)
    return new Response(answer.body, { status: answer.status })
  }

  async function travel(): Promise<void> {
    if (isCut()) {
      world.count('partition')
      // Some lines say at once that they are down; on others nothing is ever heard again.
      if (random.chance(0.7)) throw new Error('network unreachable')
      await new Promise<never>(() => {})
    }
    const isSlow = happens('reorder', script.line.delay)
    await pause(isSlow ? random.integer(500, 9_000) : random.integer(2, 40))
  }

  /** Whatever this gate edits has just been changed by somebody else (trap 7): each push is a true conflict. */
  async function quarrelAbout(init: RequestInit): Promise<void> {
    const { rows } = JSON.parse(String(init.body)) as PushRequest
    await world.storage.transact(
      society,
      async (transaction) => {
        const stored = await transaction.read(
          'visitorEntries',
          rows.map(({ newDocumentState }) => newDocumentState._id),
        )
        const changed = [...stored.values()].filter(({ deleted }) => !deleted)
        if (changed.length > 0) world.count('conflict loop')
        const later = (document: WireDocument) => ({
          ...document,
          updatedAt: (document['updatedAt'] as number) + 1,
        })
        transaction.replace(
          'visitorEntries',
          changed.map(({ id, document }) => ({ id, deleted: false, document: later(document) })),
        )
      },
      somebodyElse,
    )
  }

  function nudges(): Response {
    if (isCut()) throw new Error('network unreachable')
    const text = new TextEncoder()
    let isOpen = true
    const onClose: (() => void)[] = []
    const close = (how: () => void = () => {}) => {
      if (isOpen) how()
      isOpen = false
      onClose.splice(0).forEach((listener) => listener())
    }
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        const stream: NudgeResponse = {
          write(event) {
            // A dead line swallows what is sent; nobody is told.
            if (isOpen && !isCut() && !happens('drop', script.line.drop))
              controller.enqueue(text.encode(event))
            return true
          },
          end: () => close(() => controller.close()),
          destroy: () => close(() => controller.error(new Error('the line broke'))),
          on: (event, listener) => event === 'close' && onClose.push(listener),
        }
        if (!pickServer().openNudges(authorization, stream)) stream.destroy()
      },
      cancel: () => close(),
    })
    return new Response(body, { status: 200 })
  }

  const line: SimulatedLine = {
    cutUntil: 0,
    quarrelUntil: 0,
    underWay: new Set(),
    noteRestart: () => void recentRestarts.push(performance.now()),
    request: (path, init) => {
      const { signal } = init
      const answered = path.endsWith('/nudges') ? Promise.resolve().then(nudges) : post(path, init)
      const entry = { path }
      line.underWay.add(entry)
      const end = () => line.underWay.delete(entry)
      // The caller has the failure.
      answered.then(end, end)
      if (!signal) return answered
      return new Promise((resolve, reject) => {
        const abort = () => reject(signal.reason as Error)
        if (signal.aborted) return abort()
        signal.addEventListener('abort', abort, { once: true })
        answered.then(resolve, reject)
      })
    },
  }
  return line
}
