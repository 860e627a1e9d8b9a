import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { freeze, thaw } from './freeze.ts'
import { makeLoopDisk, whyNoLoopDisks } from './loop-disk.ts'
import type { LoopDisk } from './loop-disk.ts'

const whyNot = await whyNoLoopDisks()
const notRun = whyNot === null ? '' : ` (not run: ${whyNot})`
const disks: LoopDisk[] = []
const children: ChildProcess[] = []

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const disk of disks.splice(0)) await disk.remove()
})

const make = async (): Promise<LoopDisk> => {
  const disk = await makeLoopDisk(64)
  disks.push(disk)
  return disk
}

const cut = async (disk: LoopDisk): Promise<LoopDisk> => {
  const copy = await disk.afterPowerCut()
  disks.push(copy)
  return copy
}

const write = (path: string, text: string, { flush }: { flush: boolean }): void => {
  const file = openSync(path, 'a')
  writeSync(file, text)
  if (flush) fsyncSync(file)
  closeSync(file)
}

const mounts = (): string => readFileSync('/proc/self/mounts', 'utf8')

describe(`a disk whose power can be cut${notRun}`, () => {
  it.skipIf(whyNot !== null)('keeps what was flushed, and loses what was only written', async () => {
    const disk = await make()
    write(join(disk.folder, 'flushed'), 'kept', { flush: true })
    write(join(disk.folder, 'written'), 'lost', { flush: false })
    const copy = await cut(disk)
    expect(readFileSync(join(copy.folder, 'flushed'), 'utf8')).toBe('kept')
    expect(existsSync(join(copy.folder, 'written'))).toBe(false)
    // And the disk itself is as it was.
    expect(readFileSync(join(disk.folder, 'written'), 'utf8')).toBe('lost')
  })

  it.skipIf(whyNot !== null)('takes an image of one instant, however often it is written to', async () => {
    const disk = await make()
    const script = `
      const { closeSync, fsyncSync, openSync, renameSync, writeSync } = require('node:fs')
      process.chdir(process.argv[1])
      const folder = openSync('.', 'r')
      for (let n = 1; ; n += 1) {
        const file = openSync('new', 'w')
        writeSync(file, String(n))
        fsyncSync(file)
        closeSync(file)
        renameSync('new', 'count')
        fsyncSync(folder)
      }`
    const writer = spawn(process.execPath, ['-e', script, disk.folder], { detached: true, stdio: 'ignore' })
    children.push(writer)
    const group = writer.pid ?? 0
    const counts: number[] = []
    await expect.poll(() => existsSync(join(disk.folder, 'count')), { timeout: 20_000 }).toBe(true)
    while (counts.length < 5) {
      await freeze(group)
      const copy = await cut(disk)
      counts.push(Number(readFileSync(join(copy.folder, 'count'), 'utf8')))
      thaw(group)
    }
    expect(counts).toEqual(counts.toSorted((a, b) => a - b))
    expect(counts).not.toContain(Number.NaN)
    process.kill(-group, 'SIGKILL')
    await once(writer, 'exit')
  })

  it.skipIf(whyNot !== null)('leaves no mount and no file behind', async () => {
    const disk = await make()
    expect(mounts()).toContain(disk.folder)
    await disk.remove()
    await disk.remove()
    expect(mounts()).not.toContain(disk.folder)
    expect(existsSync(dirname(disk.folder))).toBe(false)
  })

  it.skipIf(whyNot !== null)('is cleaned up when its owner is killed', async () => {
    const script = `
      import { makeLoopDisk } from ${JSON.stringify(join(import.meta.dirname, 'loop-disk.ts'))}
      process.stdout.write((await makeLoopDisk(8)).folder)
      setInterval(() => {}, 1000)`
    const owner = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [said] = (await once(owner.stdout, 'data')) as [Buffer]
    const folder = said.toString()
    expect(mounts()).toContain(folder)
    owner.kill('SIGKILL')
    await expect.poll(() => existsSync(dirname(folder)), { timeout: 20_000 }).toBe(false)
    expect(mounts()).not.toContain(folder)
  })
})

describe('a group of processes that is held still', () => {
  it('stands until it is let go', async () => {
    const script = 'process.stdout.write("up"); setInterval(() => process.stdout.write("."), 1)'
    const child = spawn(process.execPath, ['-e', script], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    children.push(child)
    await once(child.stdout, 'data')
    const group = child.pid ?? 0
    await freeze(group)
    const state = async (): Promise<string> => {
      const stat = await readFile(`/proc/${group}/stat`, 'utf8')
      return stat.slice(stat.lastIndexOf(')') + 2)[0] ?? ''
    }
    expect(await state()).toBe('T')
    thaw(group)
    expect(await state()).not.toBe('T')
  })
})
