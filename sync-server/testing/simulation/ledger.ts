/** What guards were told is saved, and what else must come true of it. */
export interface Exit {
  readonly at: number
  readonly guard: string
}

export interface Ledger {
  /** `collection/id` -> its society, the gate that made it, and fields that never change. */
  readonly records: Map<
    string,
    { readonly society: string; readonly gate: string; readonly fields: Readonly<Record<string, unknown>> }
  >
  /** Visit -> what was acknowledged, and what was tried and may have been saved. */
  readonly notes: Map<string, { readonly saved: Set<string>; readonly tried: Set<string> }>
  readonly exits: Map<string, { readonly saved: Exit[]; readonly tried: Exit[] }>
  readonly lanes: Set<string>
  /** Visits whose exit or entry somebody took back: no single exit must stand. */
  readonly takenBack: Set<string>
  /** `society/collection/id` of rows that the server must refuse, and of those that a gate's disk surely holds. */
  readonly bad: Set<string>
  readonly badSaved: Set<string>
  /** `gate/id`: freed from a gate's disk. */
  readonly pruned: Set<string>
  readonly erased: Set<string>
  /** Visitor -> who it is in truth: an index into the simulation's people. Also where it was not acknowledged. */
  readonly people: Map<string, { readonly person: number; readonly society: string }>
  /** Acknowledged actions. */
  actions: number
}

export const createLedger = (): Ledger => ({
  records: new Map(),
  notes: new Map(),
  exits: new Map(),
  lanes: new Set(),
  takenBack: new Set(),
  bad: new Set(),
  badSaved: new Set(),
  pruned: new Set(),
  erased: new Set(),
  people: new Map(),
  actions: 0,
})

export function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}

export const notesOf = (ledger: Ledger, id: string) =>
  entryOf(ledger.notes, id, () => ({ saved: new Set<string>(), tried: new Set<string>() }))
export const exitsOf = (ledger: Ledger, id: string) =>
  entryOf(ledger.exits, id, () => ({ saved: [] as Exit[], tried: [] as Exit[] }))
