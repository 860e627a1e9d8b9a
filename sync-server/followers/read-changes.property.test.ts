import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createMemoryStorage } from '../storage/memory/memory-storage.ts'
import { newId } from '../testing/test-society.ts'
import { readChanges } from './read-changes.ts'

const collections = ['things', 'people']
const act = fc.record({
  collection: fc.constantFrom(...collections, 'others'),
  /** A document that exists is changed, another is made. */
  which: fc.nat(5),
})

test('FOLLOW-1 whoever pages while others write gets every document’s last change, in one order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(act, { maxLength: 40 }),
      fc.array(fc.array(act, { maxLength: 4 }), { maxLength: 30 }),
      fc.integer({ min: 1, max: 7 }),
      async (before, during, limit) => {
        const storage = createMemoryStorage()
        const partition = newId()
        const ids = new Map<string, string>()
        const write = ({ collection, which }: { collection: string; which: number }) =>
          storage.transact(partition, async (tx) => {
            const name = `${collection}${which}`
            const id = ids.get(name) ?? newId()
            const document = { _id: id, ownerId: partition }
            const isKnown = (await tx.read(collection, [id])).size > 0
            if (isKnown) tx.replace(collection, [{ id, deleted: false, document }])
            else tx.insert(collection, [{ id, deleted: false, document }])
            ids.set(name, id)
          })
        for (const one of before) await write(one)
        const disturbed = {
          async changesAfter(...asked: Parameters<typeof storage.changesAfter>) {
            for (const one of during.shift() ?? []) await write(one)
            return storage.changesAfter(...asked)
          },
        }
        const seqs: number[] = []
        const last = new Map<string, number>()
        let after = 0
        for (;;) {
          const head = (await storage.head(partition)).seq
          if (after === head) break
          const page = await readChanges(disturbed, { partition, collections, after, head, limit })
          expect(page.upTo).toBeGreaterThan(after)
          expect(page.changes.length).toBeLessThanOrEqual(limit)
          for (const { id, seq } of page.changes) {
            seqs.push(seq)
            last.set(id, seq)
          }
          after = page.upTo
        }
        expect(seqs).toEqual(seqs.toSorted((left, right) => left - right))
        const stored = await Promise.all(
          collections.map((name) => storage.changesAfter(partition, name, 0, 99)),
        )
        expect(last).toEqual(new Map(stored.flat().map(({ id, seq }) => [id, seq])))
      },
    ),
  )
})
