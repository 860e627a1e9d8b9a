import { expect, test } from 'vitest'
import { guardDevicesCollection } from '../collections/guard-devices.ts'
import { kioskCollections } from '../collections/registry.ts'
import { visitorsCollection } from '../collections/visitors.ts'
import { personalFields } from './personal-fields.ts'

test('P7: what a kiosk must encrypt is personal here too', () => {
  for (const definition of kioskCollections) {
    const personal = [...personalFields(definition)].filter(
      (name) => !definition.kiosk.withheld.includes(name),
    )
    expect(definition.kiosk.encrypted, definition.name).toEqual(expect.arrayContaining(personal))
  }
  expect([...personalFields(visitorsCollection)]).toEqual(expect.arrayContaining(['name', 'phone']))
})

test('a collection about things has none', () => {
  expect([...personalFields(guardDevicesCollection)]).toEqual([])
})
