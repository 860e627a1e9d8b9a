import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CachedPart } from './cache-folder.ts'
import { cachedPart } from './cache-folder.ts'

let cache: string
let fills: number

beforeEach(() => {
  fills = 0
  cache = mkdtempSync(join(tmpdir(), 'chowki-cache-'))
})
afterEach(() => rmSync(cache, { recursive: true, force: true }))

const part = (fill: (folder: string) => Promise<void> = fillWell): CachedPart => ({
  name: 'tool-1.0',
  mustHold: ['tool'],
  neededBytes: 1,
  fill,
})

const fillWell = async (folder: string): Promise<void> => {
  fills += 1
  await sleep(50)
  writeFileSync(join(folder, 'tool'), 'whole')
}

const stagingIsEmpty = (): boolean => readdirSync(join(cache, '.staging')).length === 0

describe('P8 the cache that clones share', () => {
  it('fills a part once', async () => {
    const folder = await cachedPart(part(), cache)
    expect(await cachedPart(part(), cache)).toBe(folder)
    expect(readFileSync(join(folder, 'tool'), 'utf8')).toBe('whole')
    expect(fills).toBe(1)
  })

  it('fills it once for two who come at the same time', async () => {
    await Promise.all([cachedPart(part(), cache), cachedPart(part(), cache), cachedPart(part(), cache)])
    expect(fills).toBe(1)
  })

  it('keeps nothing of a fill that failed, and fills again', async () => {
    const failing = async (folder: string): Promise<void> => {
      writeFileSync(join(folder, 'tool'), 'half')
      throw new Error('the line went dead')
    }
    await expect(cachedPart(part(failing), cache)).rejects.toThrow('line went dead')
    expect(existsSync(join(cache, 'tool-1.0'))).toBe(false)
    expect(stagingIsEmpty()).toBe(true)
    const folder = await cachedPart(part(), cache)
    expect(readFileSync(join(folder, 'tool'), 'utf8')).toBe('whole')
  })

  it('does not take a fill that lacks what it must hold', async () => {
    await expect(
      cachedPart(
        part(async () => undefined),
        cache,
      ),
    ).rejects.toThrow('ENOENT')
    expect(existsSync(join(cache, 'tool-1.0'))).toBe(false)
  })

  it('clears away what a killed process has left, and fills again', async () => {
    const script = `
      import { writeFileSync } from 'node:fs'
      import { cachedPart } from ${JSON.stringify(join(import.meta.dirname, 'cache-folder.ts'))}
      const fill = async (folder) => {
        writeFileSync(folder + '/tool', 'half')
        process.stdout.write('half')
        await new Promise(() => setInterval(() => {}, 1000))
      }
      await cachedPart({ name: 'tool-1.0', mustHold: ['tool'], neededBytes: 1, fill }, ${JSON.stringify(cache)})`
    const killed = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(killed.stdout, 'data')
    killed.kill('SIGKILL')
    await once(killed, 'exit')
    expect(stagingIsEmpty()).toBe(false)
    const folder = await cachedPart(part(), cache)
    expect(readFileSync(join(folder, 'tool'), 'utf8')).toBe('whole')
    expect(stagingIsEmpty()).toBe(true)
  })

  it('makes a damaged part again', async () => {
    const folder = await cachedPart(part(), cache)
    writeFileSync(join(folder, 'tool'), '')
    await cachedPart(part(), cache)
    rmSync(join(folder, 'tool'))
    await cachedPart(part(), cache)
    expect(readFileSync(join(folder, 'tool'), 'utf8')).toBe('whole')
    expect(fills).toBe(3)
  })

  it('refuses in one line when the disk has no room', async () => {
    const giant = { ...part(), neededBytes: Number.MAX_SAFE_INTEGER }
    await expect(cachedPart(giant, cache)).rejects.toThrow('tool-1.0 in the cache needs')
    expect(fills).toBe(0)
  })
})
