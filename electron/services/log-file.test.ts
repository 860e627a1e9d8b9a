import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLogFile } from './log-file.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'chowki-log-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const lineOf = (count: number): string => `${String(count).padStart(9, '0')}\n`
const bytesOf = (): number =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)

describe('S10 the desk’s log on disk', () => {
  it('keeps the newest lines, whole and in order, within its bounds', () => {
    const log = createLogFile({ folder, bytesMax: 100, files: 3 })
    for (let count = 0; count < 500; count += 1) log.write(lineOf(count))
    expect(bytesOf()).toBeLessThanOrEqual(300)
    const kept = log.read().trimEnd().split('\n').map(Number)
    expect(kept.length).toBeGreaterThanOrEqual(21)
    expect(kept).toEqual(kept.map((_, index) => 500 - kept.length + index))
  })

  it('goes on where a shell before it has ended', () => {
    createLogFile({ folder, bytesMax: 100, files: 3 }).write(lineOf(1))
    const log = createLogFile({ folder, bytesMax: 100, files: 3 })
    for (let count = 2; count < 12; count += 1) log.write(lineOf(count))
    expect(log.read().split('\n')[0]).toBe('000000001')
    expect(readdirSync(folder).toSorted()).toEqual(['desk.1.log', 'desk.log'])
  })

  it('writes again once the folder can be written, and never throws', () => {
    const place = join(folder, 'log')
    writeFileSync(place, 'a file where the folder should be')
    const log = createLogFile({ folder: place })
    log.write(lineOf(1))
    rmSync(place)
    log.write(lineOf(2))
    expect(log.read()).toBe(lineOf(2))
  })

  it('begins a new line where the one before was torn', () => {
    writeFileSync(join(folder, 'desk.log'), '{"torn":')
    createLogFile({ folder }).write(lineOf(2))
    expect(createLogFile({ folder }).read()).toBe(`{"torn":\n${lineOf(2)}`)
  })

  it('leaves out a line that would not fit any file', () => {
    const log = createLogFile({ folder, bytesMax: 100, files: 2 })
    log.write(`${'x'.repeat(200)}\n`)
    log.write(lineOf(1))
    expect(log.read()).toBe(lineOf(1))
  })
})
