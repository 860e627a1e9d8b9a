/** What must hold at the end of every run. */
import { jsonEqual } from '@chowki/shared/domain/canonical-json.ts'
import type { WireDocument } from '@chowki/shared/protocol/messages.ts'
import { toReplica } from '../../sync/replicated-collection.ts'
import { toReplicatedCollection } from '../../gate/sync/kiosk-sync.ts'
import { verifyAudit } from '../../records/verify-audit.ts'
import type { StoredDocument } from '../../storage/storage.ts'
import { addedField, collectionNamesOf, definitionsOf } from './collections.ts'
import type { SimulatedCollectionName } from './collections.ts'
import type { SimulatedGate } from './gate.ts'
import { judgeReview, review } from './review.ts'
import { judgePeople } from './judge-people.ts'
import type { World } from './world.ts'

interface Waits {
  readonly settleMs: number
  readonly quietMs: number
}

type Stored = Readonly<Record<SimulatedCollectionName, ReadonlyMap<string, StoredDocument>>>

export async function judge(world: World, gates: readonly SimulatedGate[], waits: Waits): Promise<void> {
  const start = { requests: world.requests, at: world.time.now() }
  await untilSettled(world, gates, waits.settleMs)
  for (const society of world.societies) await review(world, society)
  await untilSettled(world, gates, waits.settleMs)
  await judgeQuiet(world, waits.quietMs)
  judgeProgress(world, gates, start)
  for (const society of world.societies) {
    const stored = await readServer(world, society)
    judgeRecords(world, society, stored)
    judgeVisits(world, stored)
    judgeReview(world, stored)
    judgeSequence(world, stored)
    if (world.script.people === true) judgePeople(world, society, stored)
    await judgeAudit(world, society)
    for (const gate of gates) if (gate.society === society) await judgeGate(world, gate, stored)
  }
  judgeQuarantine(world)
}

/** Ends early when all agree. */
export async function untilSettled(
  world: World,
  gates: readonly SimulatedGate[],
  settleMs: number,
): Promise<void> {
  for (let waited = 0; waited < settleMs; waited += 30_000) {
    await world.time.advance(30_000)
    const differences = await Promise.all(
      gates.map(async (gate) => differencesAt(world, gate, await readServer(world, gate.society))),
    )
    if (differences.flat().length === 0) return
  }
}

async function readServer(world: World, society: string): Promise<Stored> {
  const read = async (name: SimulatedCollectionName) => {
    const rows = await world.storage.changesAfter(society, name, 0, 10_000)
    return new Map(rows.map((row) => [row.id, row]))
  }
  return {
    visitors: await read('visitors'),
    visitorEntries: await read('visitorEntries'),
    users: await read('users'),
    personLinks: await read('personLinks'),
  }
}

/** Nothing is left to say: a push now, or a new number, means two sides that do not agree and go on (trap 7). */
async function judgeQuiet(world: World, quietMs: number): Promise<void> {
  // The longest pause of a conflict may still be under way.
  await world.time.advance(60_000)
  const pushes = world.pushes
  const heads = async () =>
    JSON.stringify(await Promise.all(world.societies.map((one) => world.storage.head(one))))
  const before = await heads()
  await world.time.advance(quietMs)
  if (world.pushes > pushes) world.violate(`${world.pushes - pushes} pushes when all had been said`)
  if ((await heads()) !== before) world.violate('the server went on writing when all had been said')
}

/** At most so many requests of one gate in a virtual minute, faults or not. */
const perGateMinute = 120

function judgeProgress(
  world: World,
  gates: readonly SimulatedGate[],
  since: { requests: number; at: number },
): void {
  const minutes = (world.time.now() - since.at) / 60_000
  const made = world.requests - since.requests
  if (made > minutes * perGateMinute * gates.length) world.violate(`${made} requests in ${minutes} minutes`)
}

function judgeRecords(world: World, society: string, stored: Stored): void {
  for (const [key, record] of world.ledger.records) {
    if (record.society !== society) continue
    const [name, id] = key.split('/') as [SimulatedCollectionName, string]
    const found = stored[name].get(id)
    if (!found) {
      world.violate(`acknowledged ${key} is not on the server`)
      continue
    }
    if (found.deleted && !world.ledger.erased.has(id)) world.violate(`${key} is deleted on the server`)
    for (const [field, value] of Object.entries(record.fields)) {
      if (!jsonEqual(found.document[field], value)) world.violate(`${key}.${field} is another`)
    }
  }
}

/** Every number is one row's last write: none is given twice. */
function judgeSequence(world: World, stored: Stored): void {
  const seqs = collectionNamesOf(world.script).flatMap((name) =>
    [...stored[name].values()].map(({ seq }) => seq),
  )
  if (new Set(seqs).size < seqs.length) world.violate('two rows have one number')
}

/** AUDIT-1 and AUDIT-6: the chain holds, and each record is as its last entry says. */
async function judgeAudit(world: World, society: string): Promise<void> {
  const { problems } = await verifyAudit(world.storage, society, { withRecords: true })
  for (const problem of problems) world.violate(`audit: ${problem}`)
}

function judgeVisits(world: World, { visitorEntries }: Stored): void {
  const { ledger } = world
  for (const [id, { document }] of visitorEntries) {
    const notes = typeof document['notes'] === 'string' ? document['notes'].split('\n') : []
    const { saved = new Set<string>(), tried = new Set<string>() } = ledger.notes.get(id) ?? {}
    const lost = [...saved].filter((line) => !notes.includes(line))
    if (lost.length > 0) world.violate(`visit ${id} lost the notes ${lost.join()}`)
    if (notes.some((line) => !tried.has(line)) || new Set(notes).size < notes.length) {
      world.violate(`visit ${id} has notes that nobody made, or twice: ${notes.join()}`)
    }
    if (ledger.lanes.has(id) && document[addedField] === undefined) {
      world.violate(`visit ${id} lost a field that an older gate does not know`)
    }
    judgeExit(world, id, document)
  }
}

function judgeExit({ ledger, violate }: World, id: string, document: WireDocument): void {
  const isOver = document['state'] !== 'Inside'
  if (isOver !== (document['exitDateTime'] !== undefined)) violate(`visit ${id} is half over`)
  if (ledger.takenBack.has(id)) return
  const { saved, tried } = ledger.exits.get(id) ?? { saved: [], tried: [] }
  if (saved.length > 0 && document['state'] !== 'Left') violate(`visit ${id} lost its exit`)
  if (document['state'] !== 'Left') return
  const first = Math.min(...saved.map(({ at }) => at))
  if ((document['exitDateTime'] as number) > first) violate(`visit ${id}: the first exit does not stand`)
  const isOneOfThem = tried.some(
    ({ at, guard }) => at === document['exitDateTime'] && guard === document['exitGuard'],
  )
  if (!isOneOfThem) violate(`visit ${id} has an exit that nobody made`)
}

async function judgeGate(world: World, gate: SimulatedGate, stored: Stored): Promise<void> {
  for (const difference of await differencesAt(world, gate, stored)) world.violate(difference)
}

async function differencesAt(world: World, gate: SimulatedGate, stored: Stored): Promise<string[]> {
  const differences: string[] = []
  for (const name of collectionNamesOf(world.script)) {
    const collection = toReplicatedCollection(definitionsOf(world.script.schemaVersion)[name])
    const expected = new Map<string, Fields>()
    for (const row of stored[name].values()) {
      const { scope } = collection
      if (row.deleted || (scope && !scope.in.includes(row.document[scope.field] as string))) continue
      const isOld = name === 'visitorEntries' && gate.schemaVersion < collection.version
      const version = isOld ? collection.version - 1 : collection.version
      expected.set(row.id, toReplica(collection, version, row))
    }
    const local = await readGate(gate, name)
    for (const [id, content] of expected) {
      const held = local.get(id)
      if (held === undefined && !world.ledger.pruned.has(`${gate.name}/${id}`)) {
        differences.push(`${gate.name} lacks ${name}/${id}`)
      }
      const differs = held && differingFields(held, content)
      if (differs) differences.push(`${gate.name} holds another ${name}/${id}: ${differs}`)
    }
    for (const id of local.keys()) {
      const isBad = world.ledger.bad.has(`${gate.society}/${name}/${id}`)
      if (!expected.has(id) && !isBad) differences.push(`${gate.name} still has ${name}/${id}`)
    }
  }
  return differences
}

type Fields = Readonly<Record<string, unknown>>

const differingFields = (held: Fields, wanted: Fields): string =>
  [...new Set([...Object.keys(held), ...Object.keys(wanted)])]
    .filter((name) => !jsonEqual(held[name], wanted[name]))
    .map((name) => `${name} ${JSON.stringify(held[name])} instead of ${JSON.stringify(wanted[name])}`)
    .join(', ')

async function readGate(gate: SimulatedGate, name: SimulatedCollectionName): Promise<Map<string, Fields>> {
  const found = (await gate.run?.replica.collections[name]?.find().exec()) ?? []
  return new Map(found.map((document) => [document.primary, document.toMutableJSON() as Fields]))
}

function judgeQuarantine(world: World): void {
  const refused = new Set(
    world.storage
      .quarantined()
      .map(({ partition, collection, documentId }) => `${partition}/${collection}/${documentId}`),
  )
  for (const key of refused)
    if (!world.ledger.bad.has(key)) world.violate(`${key} is in quarantine for nothing`)
  for (const key of world.ledger.badSaved)
    if (!refused.has(key)) world.violate(`the bad row ${key} is not in quarantine`)
}
