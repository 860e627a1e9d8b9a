import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tryLock, waitForLock } from './file-lock.mjs'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'chowki-lock-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const holdInAnotherProcess = async (path: string) => {
  const script = `
    import { tryLock } from ${JSON.stringify(join(import.meta.dirname, 'file-lock.mjs'))}
    await tryLock(${JSON.stringify(path)})
    process.stdout.write('held')
    setInterval(() => {}, 1000)`
  const holder = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(holder.stdout, 'data')
  return holder
}

describe('P8 one at a time', () => {
  it('is held by one and free again after release', async () => {
    const path = join(folder, 'a')
    const release = await tryLock(path)
    expect(await tryLock(path)).toBeNull()
    await release?.()
    const again = await tryLock(path)
    expect(again).not.toBeNull()
    await again?.()
  })

  it('is freed by the holder’s death, be it kill -9', async () => {
    const path = join(folder, 'b')
    const holder = await holdInAnotherProcess(path)
    expect(await tryLock(path)).toBeNull()
    holder.kill('SIGKILL')
    const release = await waitForLock(path, () => undefined)
    await release()
  })

  it('waits a moment for a holder that is about to end', async () => {
    const path = join(folder, 'dying')
    const first = await tryLock(path)
    setTimeout(() => void first?.(), 300)
    const second = await tryLock(path)
    expect(second).not.toBeNull()
    await second?.()
  })

  it('says that it waits, then gets its turn', async () => {
    const path = join(folder, 'c')
    const first = await tryLock(path)
    let waits = 0
    const second = waitForLock(path, () => (waits += 1))
    setTimeout(() => void first?.(), 200)
    await (
      await second
    )()
    expect(waits).toBe(1)
  })

  it('does not keep its process from ending', async () => {
    const path = join(folder, 'd')
    const url = JSON.stringify(join(import.meta.dirname, 'file-lock.mjs'))
    const script = `import { tryLock } from ${url}; await tryLock(${JSON.stringify(path)})`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' })
    const [code] = await once(child, 'exit')
    expect(code).toBe(0)
  })
})
