import { describe, expect, it } from 'vitest'
import type { LocalResident } from '../desk/database/kiosk-collections.ts'
import { createFlatDirectory } from './flat-directory.ts'

const id = (n: number) => n.toString(16).padStart(24, '0')
const envelope = { societyId: id(1), createdAt: 1_790_000_000_000, updatedAt: 1_790_000_000_000 }
const resident = (
  n: number,
  flat: number,
  name: string,
  more: Partial<LocalResident> = {},
): LocalResident => ({
  ...envelope,
  _id: id(n),
  flatId: id(flat),
  residentType: 'Owner',
  name,
  phone: `+91984500${1000 + n}`,
  status: 'Active',
  ...more,
})

function filled() {
  const directory = createFlatDirectory()
  directory.setBlocks([
    { _id: id(50), name: 'A' },
    { _id: id(51), name: 'B' },
  ])
  for (const [n, blockId, flatNumber] of [
    [10, 50, '1203'],
    [11, 50, '203'],
    [12, 51, '1203'],
  ] as const)
    directory.putFlat({ ...envelope, _id: id(n), blockId: id(blockId), flatNumber })
  directory.putResident(resident(20, 10, 'Ananya Iyer'))
  directory.putResident(resident(21, 12, 'राजेश शर्मा'))
  directory.putResident(resident(22, 12, 'Moved Away', { status: 'MovedOut' }))
  return directory
}

const labels = (term: string, limit = 10) =>
  filled()
    .find(term, limit)
    .map((flat) => flat.label)

describe('flat directory', () => {
  it('finds flats by block and number, in the order of people', () => {
    expect(labels('')).toEqual(['A-203', 'A-1203', 'B-1203'])
    expect(labels('1203')).toEqual(['A-1203', 'B-1203'])
    expect(labels('a12')).toEqual(['A-1203'])
    expect(labels('', 1)).toEqual(['A-203'])
  })

  it('finds flats by who lives there now, in any script, and by nobody who moved out', () => {
    expect(labels('anan')).toEqual(['A-1203'])
    expect(labels('rajesh')).toEqual(['B-1203'])
    expect(labels('moved')).toEqual([])
    expect(
      filled()
        .flat(id(12))
        ?.residents.map(({ name }) => name),
    ).toEqual(['राजेश शर्मा'])
  })

  it('follows a resident who moves from one flat to another', () => {
    const directory = filled()
    directory.putResident(resident(20, 11, 'Ananya Iyer'))
    expect(directory.flat(id(10))?.residents).toEqual([])
    expect(directory.flat(id(11))?.residents.map(({ name }) => name)).toEqual(['Ananya Iyer'])
    directory.removeResident(id(20))
    expect(directory.flat(id(11))?.residents).toEqual([])
    directory.removeFlat(id(11))
    expect(directory.flat(id(11))).toBeNull()
  })
})
