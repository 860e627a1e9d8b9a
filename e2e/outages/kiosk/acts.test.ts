import { expect, test } from 'vitest'
import { createRandom } from '../../../sync-server/demo/random.ts'
import { acknowledge, adopt, drawAct, judge, newLedger } from './acts.ts'
import type { Act } from './acts.ts'
import type { FoundVisit } from './page/gate-page.ts'

const saved = { entryId: 'e1', visitorId: 'v1' }
const letIn: Act = {
  kind: 'letIn',
  visit: { visitorId: null, name: 'Asha', phone: '+919845012345', photo: '' },
  photoSha256: 'a',
}
const found: FoundVisit = {
  ...saved,
  ...{ state: 'Inside', name: 'Asha', phone: '+919845012345', photoSha256: 'a', isListedInside: true },
}
const ledgerWithVisit = () => {
  const ledger = newLedger()
  acknowledge(ledger, letIn, saved)
  return ledger
}

test('a desk that holds what was called saved has lost nothing', () => {
  expect(judge(ledgerWithVisit(), [found], null)).toEqual({ lost: [], torn: [] })
})

test.each<[string, FoundVisit[]]>([
  ['the visit', []],
  ['its photo', [{ ...found, photoSha256: null }]],
  ['the right photo', [{ ...found, photoSha256: 'b' }]],
  ['its visitor', [{ ...found, name: '', phone: '' }]],
  ['its state', [{ ...found, state: 'Left', isListedInside: false }]],
  ['its place in the list', [{ ...found, isListedInside: false }]],
])('a desk that lacks %s has lost it', (_, there) => {
  expect(judge(ledgerWithVisit(), there, null).lost).toHaveLength(1 + Number(there[0]?.name === ''))
})

test('what was begun may have happened or not, but whole, and nothing else may have', () => {
  expect(judge(newLedger(), [found], letIn).torn).toEqual([])
  expect(judge(newLedger(), [], letIn)).toEqual({ lost: [], torn: [] })
  expect(judge(newLedger(), [{ ...found, photoSha256: null }], letIn).torn).toHaveLength(1)
  expect(judge(newLedger(), [found], null).torn).toHaveLength(1)
  const left: FoundVisit = { ...found, state: 'Left', isListedInside: false }
  expect(judge(ledgerWithVisit(), [left], { kind: 'letOut', entryId: 'e1' }).lost).toEqual([])
})

test('a loss is told once', () => {
  const ledger = ledgerWithVisit()
  expect(judge(ledger, [], null).lost).toHaveLength(1)
  adopt(ledger, [])
  expect(judge(ledger, [], null).lost).toEqual([])
})

test('a seed draws the same acts again, and every kind of them', () => {
  const draw = (): string[] => {
    const random = createRandom('acts')
    const ledger = newLedger()
    return Array.from({ length: 60 }, (_, n) => {
      const act = drawAct(random, ledger)
      const isKnown = act.kind === 'letIn' && act.visit.visitorId !== null
      const visitorId = act.kind === 'letIn' ? (act.visit.visitorId ?? `v${n}`) : ''
      acknowledge(ledger, act, { entryId: `e${n}`, visitorId })
      return isKnown ? 'comes again' : act.kind
    })
  }
  expect(draw()).toEqual(draw())
  expect(new Set(draw())).toEqual(new Set(['letIn', 'comes again', 'letOut', 'undoLetOut']))
})
