import { isObjectId } from '@chowki/shared/domain/object-id.ts'
import { collections } from '@chowki/shared/collections/registry.ts'
import { validateDocument } from '@chowki/shared/projections/validate.ts'
import { argon2Verify } from 'hash-wasm'
import { beforeAll, describe, expect, test } from 'vitest'
import { createDemoPlan, dayMs, dayStart } from './demo-plan.ts'
import type { DemoDocument } from './demo-plan.ts'
import { createDemoSociety } from './demo-society.ts'
import type { DemoSociety } from './demo-society.ts'
import { demoGuards } from './people.ts'

/** Early morning in the society's zone: the hour at which a naive "today" is empty. */
const now = Date.UTC(2026, 7, 15, 22, 40)

let society: DemoSociety
beforeAll(async () => {
  society = await createDemoSociety(createDemoPlan('lotus-heights', now))
})

const rows = (collection: string): readonly DemoDocument[] =>
  society.parts.find((part) => part.collection === collection)?.documents ?? []

describe('the demonstration society', () => {
  test('every document fits its collection, and no id comes twice', () => {
    for (const { collection, documents } of society.parts) {
      for (const document of documents) {
        expect(validateDocument(collections[collection], document), `${collection} ${document._id}`).toEqual({
          ok: true,
          value: true,
        })
      }
      expect(new Set(documents.map(({ _id }) => _id)).size, collection).toBe(documents.length)
    }
  })

  test('has what was asked for', () => {
    expect(rows('blocks')).toHaveLength(4)
    expect(rows('gates').map((gate) => gate['name'])).toEqual(['Main Gate', 'Service Gate'])
    expect(rows('flats')).toHaveLength(400)
    expect(rows('residents').length).toBeGreaterThan(500)
    expect(rows('watchlist')).toHaveLength(3)
    expect(rows('users').filter((user) => user['role'] === 'Guard')).toHaveLength(8)
    const roles = new Set(rows('users').map((user) => user['role']))
    expect(roles).toEqual(new Set(['Guard', 'Supervisor', 'Admin']))
    expect(rows('patrolLogs').length).toBeGreaterThan(300)
    const dailyHelps = rows('preApprovals').filter((pass) => pass['entryType'] === 'DailyHelp')
    expect(dailyHelps.length).toBeGreaterThanOrEqual(58)
    expect(new Set(rows('preApprovals').map((pass) => pass['passCode'])).size).toBe(
      rows('preApprovals').length,
    )
  })

  test('residents’ names are in eleven scripts', () => {
    const scripts = [
      'Latin',
      'Devanagari',
      'Tamil',
      'Telugu',
      'Bengali',
      'Gujarati',
      'Kannada',
      'Malayalam',
      'Gurmukhi',
      'Oriya',
      'Arabic',
    ]
    const names = rows('residents').map((resident) => String(resident['name']))
    for (const script of scripts) {
      const pattern = new RegExp(`\\p{Script=${script}}`, 'u')
      expect(names.filter((name) => pattern.test(name)).length, script).toBeGreaterThan(0)
    }
  })

  test('no phone number can be anybody’s', () => {
    const json = JSON.stringify(society.parts)
    const phones = [...json.matchAll(/"(\+?[0-9]{8,15})"/g)].map(([, phone]) => phone ?? '')
    expect(phones.length).toBeGreaterThan(1_000)
    expect(phones.filter((phone) => !/^\+9111111[0-9]{5}$/.test(phone))).toEqual([])
  })

  test('a month of about a hundred visits a day, in the hours of the day, and fifteen people inside', () => {
    const visits = rows('visitorEntries')
    const inside = visits.filter((visit) => visit['state'] === 'Inside')
    expect(inside).toHaveLength(15)
    expect(new Set(inside.map((visit) => visit['visitorId'])).size).toBe(15)
    for (let daysAgo = 1; daysAgo <= 30; daysAgo += 1) {
      const start = dayStart(now, daysAgo)
      const ofDay = visits.filter(
        (visit) => Number(visit['entryDateTime']) >= start && Number(visit['entryDateTime']) < start + dayMs,
      )
      expect(ofDay.length, `${daysAgo} days ago`).toBeGreaterThan(80)
      expect(ofDay.length, `${daysAgo} days ago`).toBeLessThan(130)
    }
  })

  test('visits hang together: nobody leaves before coming or after now, and every id leads somewhere', () => {
    const ids = new Set(society.parts.flatMap(({ documents }) => documents.map(({ _id }) => _id)))
    for (const visit of rows('visitorEntries')) {
      const [entry, exit] = [Number(visit['entryDateTime']), visit['exitDateTime']]
      expect(entry).toBeLessThanOrEqual(now)
      if (exit !== undefined) {
        expect(Number(exit)).toBeGreaterThan(entry)
        expect(Number(exit)).toBeLessThanOrEqual(now)
      }
      expect(exit === undefined).toBe(visit['state'] === 'Inside')
      const named = [
        visit['visitorId'],
        visit['flatId'],
        visit['residentId'],
        visit['gateId'],
        visit['deviceId'],
        visit['entryGuard'],
        visit['preApprovalId'],
      ]
      for (const id of named.filter(isObjectId)) expect(ids).toContain(id)
    }
  })

  test('the same seed gives the same people and PINs on another day', async () => {
    const later = await createDemoSociety(createDemoPlan('lotus-heights', now + 40 * dayMs))
    const people = (of: DemoSociety) =>
      of.parts
        .find(({ collection }) => collection === 'residents')
        ?.documents.map(({ _id, ...rest }) => [_id, rest['name'], rest['flatId']])
    expect(people(later)).toEqual(people(society))
    expect(later.guards).toEqual(society.guards)
  })

  test('guards’ PINs are four digits, kept as memory-hard hashes', async () => {
    for (const { userId, pin } of demoGuards(createDemoPlan('lotus-heights', now))) {
      expect(pin).toMatch(/^[0-9]{4}$/)
      const hash = String(rows('users').find(({ _id }) => _id === userId)?.['pinHash'])
      expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
      expect(await argon2Verify({ password: pin, hash })).toBe(true)
      expect(await argon2Verify({ password: '0000', hash })).toBe(false)
    }
  })
})
