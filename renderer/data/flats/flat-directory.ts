/** Flats with who lives there now, as the flat picker shows them; all in memory (a few thousand rows). */
import { flatLabel, flatMatches } from '@chowki/shared/domain/flat-label.ts'
import { nameKey, nameMatches, nameQuery } from '@chowki/shared/domain/name-key.ts'
import type { NameKey } from '@chowki/shared/domain/name-key.ts'
import type { Flat } from '@chowki/shared/collections/flats.ts'
import type { LocalResident } from '../desk/database/kiosk-collections.ts'
import type { FlatOption } from '../kiosk-data.ts'

export interface FlatDirectory {
  flat(flatId: string): FlatOption | null
  label(flatId: string): string
  find(term: string, limit: number): readonly FlatOption[]
  setBlocks(blocks: readonly { readonly _id: string; readonly name: string }[]): void
  putFlat(flat: Flat): void
  removeFlat(flatId: string): void
  putResident(resident: LocalResident): void
  removeResident(residentId: string): void
}

interface Household {
  option: FlatOption
  /** One for each resident. */
  nameKeys: readonly NameKey[]
}

export function createFlatDirectory(): FlatDirectory {
  const flats = new Map<string, Flat>()
  const residents = new Map<string, LocalResident>()
  const residentIdsByFlat = new Map<string, Set<string>>()
  const blockNames = new Map<string, string>()
  const households = new Map<string, Household>()
  let sorted: readonly Household[] | null = null

  const changed = (flatId: string): void => {
    households.delete(flatId)
    sorted = null
  }
  const household = (flatId: string): Household | null => {
    const known = households.get(flatId)
    const flat = flats.get(flatId)
    if (known !== undefined || flat === undefined) return known ?? null
    const ids = [...(residentIdsByFlat.get(flatId) ?? [])]
    const made = toHousehold(
      flat,
      blockNames.get(flat.blockId) ?? '',
      ids.flatMap((id) => residents.get(id) ?? []),
    )
    households.set(flatId, made)
    return made
  }
  const all = (): readonly Household[] =>
    (sorted ??= [...flats.keys()].flatMap((flatId) => household(flatId) ?? []).sort(byLabel))
  const removeResident = (residentId: string): void => {
    const known = residents.get(residentId)
    if (known === undefined) return
    residents.delete(residentId)
    residentIdsByFlat.get(known.flatId)?.delete(residentId)
    changed(known.flatId)
  }
  return {
    flat: (flatId) => household(flatId)?.option ?? null,
    label: (flatId) => household(flatId)?.option.label ?? '?',
    find: (term, limit) => findHouseholds(all(), term, limit),
    setBlocks(blocks) {
      for (const { _id, name } of blocks) blockNames.set(_id, name)
      households.clear()
      sorted = null
    },
    putFlat(flat) {
      flats.set(flat._id, flat)
      changed(flat._id)
    },
    removeFlat(flatId) {
      flats.delete(flatId)
      changed(flatId)
    },
    removeResident,
    putResident(resident) {
      removeResident(resident._id)
      residents.set(resident._id, resident)
      const ids = residentIdsByFlat.get(resident.flatId) ?? new Set()
      residentIdsByFlat.set(resident.flatId, ids.add(resident._id))
      changed(resident.flatId)
    },
  }
}

/** Current residents only: whoever moved out is not asked whether a guest may come in. */
function toHousehold(flat: Flat, blockName: string, residents: readonly LocalResident[]): Household {
  const current = residents.filter((resident) => resident.status === 'Active')
  return {
    option: {
      flatId: flat._id,
      label: flatLabel(blockName, flat.flatNumber),
      residents: current.map(({ _id, name, phone }) => ({ residentId: _id, name, phone })),
    },
    nameKeys: current.map(({ name }) => nameKey(name)),
  }
}

const order = new Intl.Collator('en', { numeric: true })
const byLabel = (a: Household, b: Household): number => order.compare(a.option.label, b.option.label)

/** Flats by their label first, then by who lives there. */
function findHouseholds(all: readonly Household[], term: string, limit: number): readonly FlatOption[] {
  const wanted = term.trim()
  const byName = /^[\p{L}\p{M}\s]{2,}$/u.test(wanted) ? nameQuery(wanted) : null
  const found = all.filter(({ option }) => flatMatches(option.label, wanted)).slice(0, limit)
  if (byName !== null && found.length < limit) {
    const rest = all.filter(
      (one) => !found.includes(one) && one.nameKeys.some((key) => nameMatches(key, byName)),
    )
    found.push(...rest.slice(0, limit - found.length))
  }
  return found.map(({ option }) => option)
}
