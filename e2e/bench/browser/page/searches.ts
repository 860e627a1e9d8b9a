/** Lists and searches by the very functions that the screens call. */
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import type { OpenKiosk } from '../../../../renderer/data/kiosk.ts'
import type { Live, Visit } from '../../../../renderer/data/kiosk-data.ts'
import { findPeople } from '../../../../renderer/data/people/find-people.ts'
import { visitOf } from './save-race.ts'

export type SearchKind = 'phone' | 'name' | 'vehicle' | 'flat' | 'inside' | 'latest'

export interface SearchTime {
  readonly kind: SearchKind
  readonly ms: number
}

export interface SearchTerms {
  readonly phones: readonly string[]
  readonly names: readonly string[]
  readonly vehicles: readonly string[]
  readonly flats: readonly string[]
}

/** As the screens ask for. */
const limit = 20

export async function timeSearches(kiosk: OpenKiosk, terms: SearchTerms): Promise<SearchTime[]> {
  const people = (term: string): Promise<readonly unknown[]> => findPeople(kiosk.findParts, term, limit)
  const flats = (term: string): readonly unknown[] => kiosk.desk.flats.find(term, limit)
  return [
    ...(await timeAll('phone', terms.phones, asPasted, people)),
    ...(await timeAll('name', terms.names, asTyped, people)),
    ...(await timeAll('vehicle', terms.vehicles, asPasted, people)),
    ...(await timeAll('flat', terms.flats, asTyped, flats)),
  ]
}

/** `ra`, `rav`, `ravi`: each letter asks anew. */
const asTyped = (term: string): string[] => {
  const letters = [...term]
  return letters.map((_, n) => letters.slice(0, n + 1).join('')).filter((typed) => typed.trim() === typed)
}
const asPasted = (term: string): string[] => [term]

async function timeAll(
  kind: SearchKind,
  terms: readonly string[],
  steps: (term: string) => readonly string[],
  find: (term: string) => Promise<readonly unknown[]> | readonly unknown[],
): Promise<SearchTime[]> {
  const times: SearchTime[] = []
  for (const term of terms) {
    let found = 0
    for (const typed of steps(term)) {
      await new Promise((resolve) => setTimeout(resolve, 0))
      const from = performance.now()
      found = (await find(typed)).length
      times.push({ kind, ms: performance.now() - from })
    }
    if (found === 0) throw new Error(`Nothing is found by a ${kind} that is there`)
  }
  return times
}

/** From the answer to a guard's tap until the list shows it. */
export async function timeLists(kiosk: OpenKiosk, rounds: number): Promise<SearchTime[]> {
  const { desk, actions } = kiosk
  const times: SearchTime[] = []
  const known = (await findPeople(kiosk.findParts, '', 1_000)).filter((hit) => hit.insideEntryId === null)
  for (let round = 0; round < rounds; round += 1) {
    const { entryId } = unwrap(await actions.letIn(visitOf(kiosk, 'known', known.pop(), round)))
    const enteredAt = performance.now()
    const isListed = (list: readonly Visit[]): boolean => list.some((one) => one.entryId === entryId)
    times.push({ kind: 'latest', ms: (await until(desk.lists.recent, isListed)) - enteredAt })
    await until(desk.lists.inside, isListed)
    unwrap(await actions.letOut(entryId))
    const leftAt = performance.now()
    times.push({ kind: 'inside', ms: (await until(desk.lists.inside, (list) => !isListed(list))) - leftAt })
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
  return times
}

/** No guard is faster. */
const pauseMs = 60

function unwrap<T>(result: Result<T, ChowkiError>): T {
  if (!result.ok) throw new Error(`A visit was not saved: ${result.error.message}`)
  return result.value
}

const withinMs = 60_000

/** When it became so. */
function until<T>(live: Live<T>, isSo: (snapshot: T) => boolean): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      stop()
      reject(new Error(`A list did not follow in ${withinMs} ms`))
    }, withinMs)
    const look = (): void => {
      if (!isSo(live.current())) return
      clearTimeout(timer)
      stop()
      resolve(performance.now())
    }
    const stop = live.subscribe(look)
    look()
  })
}
