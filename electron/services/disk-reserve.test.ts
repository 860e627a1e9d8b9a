import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDiskReserve, reserveBytes } from './disk-reserve.ts'

const megabyte = 1024 * 1024
let folder = ''
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'chowki-reserve-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('FAULT-5 the disk’s reserve', () => {
  it('is really written, given up when the disk is full, and kept again when there is room', () => {
    const disk = { free: 500 * megabyte }
    const warnings: string[] = []
    const log = { warn: (message: string) => void warnings.push(message) }
    const path = join(folder, 'disk-reserve')
    const { look } = createDiskReserve({ folder, freeBytes: () => disk.free, log })
    look()
    expect(statSync(path).blocks * 512).toBeGreaterThanOrEqual(reserveBytes)
    disk.free = 10 * megabyte
    look()
    expect(existsSync(path)).toBe(true)
    disk.free = 0
    look()
    expect(existsSync(path)).toBe(false)
    expect(warnings).toHaveLength(1)
    disk.free = 30 * megabyte
    look()
    expect(existsSync(path)).toBe(false)
    disk.free = 500 * megabyte
    look()
    expect(statSync(path).size).toBe(reserveBytes)
  })

  it('of the run before is given up as well', () => {
    const log = { warn: () => undefined }
    createDiskReserve({ folder, freeBytes: () => 500 * megabyte, log }).look()
    createDiskReserve({ folder, freeBytes: () => 0, log }).look()
    expect(existsSync(join(folder, 'disk-reserve'))).toBe(false)
  })
})
