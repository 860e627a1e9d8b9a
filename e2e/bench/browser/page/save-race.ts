/** A visit saved by the product, then its very rows put by Dexie alone, in turn, so that both see the same disk. */
import type { OpenKiosk } from '../../../../renderer/data/kiosk.ts'
import type { NewVisit, PersonHit } from '../../../../renderer/data/kiosk-data.ts'
import { findPeople } from '../../../../renderer/data/people/find-people.ts'
import { openRawStore } from './raw-store.ts'
import type { RawStore } from './raw-store.ts'

export const saveKinds = ['known', 'new', 'photo'] as const
/** Somebody known, text alone; somebody new, text alone; somebody known with a photo. */
export type SaveKind = (typeof saveKinds)[number]

export interface SavePair {
  readonly kind: SaveKind
  readonly oursMs: number
  readonly rawMs: number
}

/** As a guard's webcam gives them on average. */
const photoBytes = 60_000
/** Lists, ticks and the unsent count are drawn after the save; they belong to neither of the two. */
const settleMs = 60
/** Not counted, of either: a gate's page runs for weeks, and its code is compiled. */
const warmUpRounds = 5

export async function raceSaves(kiosk: OpenKiosk, rounds: number): Promise<SavePair[]> {
  const raw = await openRawStore()
  const known = (await findPeople(kiosk.findParts, '', 1_000)).filter((hit) => hit.insideEntryId === null)
  const pairs: SavePair[] = []
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    for (const kind of saveKinds) {
      const visit = visitOf(kiosk, kind, kind === 'new' ? null : known.pop(), round)
      await settle()
      const from = performance.now()
      const saved = await kiosk.actions.letIn(visit)
      const oursMs = performance.now() - from
      if (!saved.ok) throw new Error(`A visit was not saved: ${saved.error.message}`)
      await settle()
      const rawMs = await putAgain(raw, kind, saved.value.entryId)
      if (round >= 0) pairs.push({ kind, oursMs, rawMs })
    }
  }
  return pairs
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, settleMs))

export function visitOf(
  kiosk: OpenKiosk,
  kind: SaveKind,
  hit: PersonHit | undefined | null,
  round: number,
): NewVisit {
  if (hit === undefined) throw new Error('The society has too few visitors for so many saves')
  const [flat] = kiosk.desk.flats.find('', 1)
  return {
    visitorId: hit?.visitorId ?? null,
    newPerson: false,
    name: hit?.name ?? `Newcomer ${round + warmUpRounds}`,
    phone: hit?.phone ?? `+9111112${10_000 + round + warmUpRounds}`,
    flatIds: flat === undefined ? [] : [flat.flatId],
    entryType: 'Delivery',
    purpose: 'Parcel',
    vehicle: { number: `XX01AB${1000 + round + warmUpRounds}`, type: 'Bike' },
    notes: 'Two parcels, one to be signed for',
    temperature: null,
    maskWorn: null,
    approvalMethod: 'PhoneCall',
    overrideReason: null,
    nameChecked: false,
    photo: kind === 'photo' ? jpeg() : null,
  }
}

/** Begins and ends like a JPEG and cannot be made smaller, like one. */
function jpeg(): Blob {
  const bytes = crypto.getRandomValues(new Uint8Array(photoBytes))
  bytes.set([0xff, 0xd8, 0xff, 0xe0])
  bytes.set([0xff, 0xd9], photoBytes - 2)
  return new Blob([bytes], { type: 'image/jpeg' })
}

async function putAgain(raw: RawStore, kind: SaveKind, entryId: string): Promise<number> {
  const entry = await raw.read('visitorEntries', entryId)
  const visitor = kind === 'new' ? await raw.read('visitors', String(entry['visitorId'])) : null
  const photo = kind === 'photo' ? await raw.read('photos', String(entry['entryPhoto'])) : null
  await settle()
  const from = performance.now()
  if (photo !== null) await raw.put('photos', photo)
  if (visitor !== null) await raw.put('visitors', visitor)
  await raw.put('visitorEntries', entry)
  return performance.now() - from
}
