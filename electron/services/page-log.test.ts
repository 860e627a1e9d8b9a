import { describe, expect, it } from 'vitest'
import { createLog } from './log.ts'
import { createPageLog } from './page-log.ts'

describe('S10 what the page says for the log', () => {
  it('is bounded by the minute, and what was left out is counted', () => {
    const lines: string[] = []
    const log = createLog(
      (line) => lines.push(line),
      () => new Date(0),
    )
    const clock = { now: 60_000 }
    const write = createPageLog(log, () => clock.now)
    const entry = { level: 'warn', event: 'storage.write', cause: 'QuotaExceededError' } as const
    for (let count = 0; count < 500; count += 1) write([entry])
    expect(lines).toHaveLength(120)
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'warn',
      time: '1970-01-01T00:00:00.000Z',
      msg: 'page: storage.write',
      cause: 'QuotaExceededError',
    })
    clock.now += 60_000
    write([entry])
    expect(lines).toHaveLength(122)
    expect(JSON.parse(lines[120] ?? '')).toMatchObject({ dropped: 380 })
  })
})
