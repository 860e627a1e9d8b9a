import { describe, expect, it } from 'vitest'
import type { RowPlan } from '../workload.ts'
import { percentile, toFigure, toJson, toRows, totals } from './summing.ts'

const plan = (more: Partial<RowPlan> = {}): RowPlan => ({
  name: 'push',
  unit: 'visits/s',
  better: 'higher',
  ...more,
})
const rowsOf = (one: RowPlan, samples: readonly { ours?: number; limit?: number; peer?: number }[]) =>
  toRows(
    [one],
    samples.map((sample) => ({ name: one.name, ...sample })),
    new Map([['push', 'no network']]),
  )

describe('the bench sums', () => {
  it('medians with their spread, in any order', () => {
    expect(toFigure([9, 1, 4])).toEqual({ median: 4, least: 1, greatest: 9, count: 3 })
    expect(toFigure([4, 1, 2, 9])?.median).toBe(3)
    expect(toFigure([])).toBeNull()
  })

  it('percentiles between two values in proportion', () => {
    expect(percentile([30, 10, 20], 0.5)).toBe(20)
    expect(percentile([0, 100], 0.99)).toBeCloseTo(99)
  })

  it('a ratio of medians against the limit, else against the peer', () => {
    expect(rowsOf(plan(), [{ ours: 30, limit: 10, peer: 5 }, { ours: 10 }])[0]?.ratio).toBe(2)
    expect(rowsOf(plan({ peer: 'other' }), [{ ours: 20, peer: 5 }])[0]?.ratio).toBe(4)
    expect(rowsOf(plan(), [{ ours: 20 }])[0]?.ratio).toBeNull()
  })

  it('judges a goal on its better side', () => {
    const higher = plan({ goal: { ratio: 1.5 } })
    expect(rowsOf(higher, [{ ours: 15, limit: 10 }])[0]?.verdict).toBe('met')
    expect(rowsOf(higher, [{ ours: 14.9, limit: 10 }])[0]?.verdict).toBe('missed')
    const lower = plan({ better: 'lower', goal: { value: 50 } })
    expect(rowsOf(lower, [{ ours: 50 }])[0]?.verdict).toBe('met')
    expect(rowsOf(lower, [{ ours: 51 }])[0]?.verdict).toBe('missed')
  })

  it('counts as not run what has no figure of ours, of its peer, or of the limit its goal needs', () => {
    expect(rowsOf(plan(), [])[0]).toMatchObject({ verdict: 'not run', reason: 'no network' })
    expect(rowsOf(plan({ peer: 'other' }), [{ ours: 1 }])[0]?.verdict).toBe('not run')
    expect(rowsOf(plan({ goal: { ratio: 1 } }), [{ ours: 1 }])[0]?.verdict).toBe('not run')
    expect(totals(rowsOf(plan(), []))).toContain('1 rows not run')
  })

  it('writes exactly the seven fields', () => {
    const [row] = toJson(rowsOf(plan({ goal: { ratio: 1.5 } }), [{ ours: 15, limit: 10 }]))
    expect(row).toEqual({
      name: 'push',
      ours: 15,
      limit: 10,
      peer: null,
      ratio: 1.5,
      goal: 'ratio >= 1.5',
      unit: 'visits/s',
    })
    expect(toJson(rowsOf(plan(), []))[0]).toMatchObject({ ours: null, ratio: null, goal: null })
  })

  it('takes no sample for a row that nobody planned', () => {
    expect(() => toRows([plan()], [{ name: 'pull', ours: 1 }], new Map())).toThrow('pull')
  })
})
