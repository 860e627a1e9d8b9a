import { describe, expect, it } from 'vitest'
import { createUpToDate } from './up-to-date.ts'

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1))

describe('reads beside writes', () => {
  it('P4 makes a read again that a write has overtaken', async () => {
    const upToDate = createUpToDate()
    const rows = ['first']
    const read = upToDate.read(async () => {
      const seen = [...rows]
      await turn()
      return seen
    })
    await upToDate.write(async () => {
      rows.push('second')
      upToDate.told()
    })
    expect(await read).toEqual(['first', 'second'])
  })

  it('P4 lets writes wait for one read where they come without end', async () => {
    const upToDate = createUpToDate()
    let rows = 0
    let isOver = false
    const writing = (async () => {
      while (!isOver) {
        await upToDate.write(async () => {
          rows += 1
          upToDate.told()
        })
        await turn()
      }
    })()
    const seen = await upToDate.read(async () => {
      const before = rows
      for (let n = 0; n < 5; n += 1) await turn()
      return { before, after: rows }
    })
    expect(seen.before).toBe(seen.after)
    const then = rows
    await turn()
    await turn()
    isOver = true
    await writing
    expect(rows).toBeGreaterThan(then)
  })

  it('goes on after a read or a write that fails', async () => {
    const upToDate = createUpToDate()
    const fail = (): Promise<never> => Promise.reject(new Error('disk'))
    await expect(upToDate.read(fail)).rejects.toThrow('disk')
    await expect(upToDate.write(fail)).rejects.toThrow('disk')
    expect(await upToDate.read(() => Promise.resolve(1))).toBe(1)
    expect(await upToDate.write(() => Promise.resolve(2))).toBe(2)
  })
})
