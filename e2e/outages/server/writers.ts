/** Desks that push without pause: new visits, exits, photos. What was answered with 200 is in the ledger. */
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { VisitorEntry } from '@chowki/shared/collections/visitor-entries.ts'
import { buildEntry, buildExit } from '@chowki/shared/domain/visit.ts'
import type { FramedPhoto } from '@chowki/shared/protocol/photo-frame.ts'
import type { Random } from '../../../sync-server/demo/random.ts'
import { createRandom } from '../../../sync-server/demo/random.ts'
import { jpegOf } from '../../../sync-server/testing/test-photo.ts'
import { newId } from '../../bench/frame/society.ts'
import { unwrap } from '../../bench/node/visits.ts'
import { sha256 } from './gate-client.ts'
import type { GateClient, Push } from './gate-client.ts'

export interface ServerLedger {
  /** As last acknowledged, by id. */
  readonly visits: Map<string, VisitorEntry>
  /** Hash by id. */
  readonly photos: Map<string, string>
  /** Their bytes were not asked for since they were acknowledged. */
  readonly unreadPhotos: Set<string>
  /** Sent, and not answered: may be on the server or not. */
  readonly begun: Set<Push>
  pushes: number
  /** Times that a push was left without an answer. */
  unanswered: number
}

export const newServerLedger = (): ServerLedger => ({
  visits: new Map(),
  photos: new Map(),
  unreadPhotos: new Set(),
  begun: new Set(),
  pushes: 0,
  unanswered: 0,
})

export interface Writers {
  /** Everything begun is sent until it is answered, then they end. */
  finish(): Promise<void>
  /** They end now and abandon what is in flight. */
  abandon(): Promise<void>
}

/** Retries as a desk does, only sooner. */
const retryMs = 100

export function startWriters(client: GateClient, ledger: ServerLedger, count: number, seed: string): Writers {
  const abandoned = new AbortController()
  let isOver = false
  const writers = Array.from({ length: count }, async (_, n) => {
    const random = createRandom(`${seed} ${n}`)
    const mine: string[] = []
    while (!isOver) {
      const push = drawPush(random, client, ledger, mine)
      ledger.begun.add(push)
      while (!(await client.send(push, abandoned.signal))) {
        if (abandoned.signal.aborted) return
        ledger.unanswered += 1
        await sleep(retryMs)
      }
      ledger.begun.delete(push)
      acknowledge(ledger, push, mine)
    }
  })
  const all = Promise.all(writers).then(() => undefined)
  // Handled by whoever ends them; until then it must not end the process.
  all.catch(() => undefined)
  const end = (): Promise<void> => {
    isOver = true
    return all
  }
  return {
    finish: end,
    abandon() {
      abandoned.abort()
      return end()
    },
  }
}

function drawPush(random: Random, client: GateClient, ledger: ServerLedger, inside: readonly string[]): Push {
  if (random.chance(0.25)) {
    const photos = Array.from({ length: random.integer(1, 3) }, () => newPhoto(random))
    return { kind: 'photos', photos }
  }
  const before = inside.length > 0 && random.chance(0.3) ? ledger.visits.get(inside.at(-1) ?? '') : undefined
  if (before !== undefined) {
    const exit = unwrap(buildExit(before, { now: Date.now(), guardId: before.entryGuard ?? newId() }))
    return { kind: 'visits', rows: [{ before, after: exit }] }
  }
  const rows = Array.from({ length: random.integer(1, 5) }, () => ({ after: newVisit(client) }))
  return { kind: 'visits', rows }
}

function acknowledge(ledger: ServerLedger, push: Push, inside: string[]): void {
  ledger.pushes += 1
  if (push.kind === 'photos') {
    for (const { id, sha256: hash } of push.photos) {
      ledger.photos.set(id, hash)
      ledger.unreadPhotos.add(id)
    }
    return
  }
  for (const { before, after } of push.rows) {
    ledger.visits.set(after._id, after)
    if (before === undefined) inside.push(after._id)
    else inside.pop()
  }
}

function newVisit({ device }: GateClient): VisitorEntry {
  const { societyId, gateId, deviceId } = device
  const visit = {
    visitorId: newId(),
    flatIds: [newId()],
    entryType: 'Guest',
    approvalMethod: 'PhoneCall',
  } as const
  const rest = { purpose: randomBytes(20).toString('hex'), vehicle: null, notes: null } as const
  const none = { temperature: null, maskWorn: null, entryPhotoId: null } as const
  const moment = { now: Date.now(), entryId: newId(), guardId: newId(), deviceId, societyId, gateId }
  return unwrap(buildEntry({ ...visit, ...rest, ...none }, moment))
}

function newPhoto(random: Random): FramedPhoto {
  const bytes = jpegOf(random.integer(2_000, 40_000))
  return { id: newId(), sha256: sha256(bytes), takenAt: Date.now(), bytes }
}
