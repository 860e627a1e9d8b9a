/**
 * Some megabytes kept back on the disk. When others have filled it, the page's storage would not even open, and no guard
 * could sign in or look anybody up: then the reserve is given up, which is room enough to open and to note what the
 * server acknowledges. The page itself stops taking new visits well before (`renderer/data/desk/disk.ts`).
 */
import { closeSync, existsSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from './log.ts'

const megabyte = 1024 * 1024
export const reserveBytes = 16 * megabyte
/** Free bytes: below, the reserve is given up. */
const giveUpBelow = 4 * megabyte
/** Free bytes: above, it is kept again, and the page still has room for visits. */
const keepAbove = 64 * megabyte

export interface DiskReserveParts {
  readonly folder: string
  /** Null where the system does not tell. */
  readonly freeBytes: () => number | null
  readonly log: Pick<Log, 'warn'>
}

export interface DiskReserve {
  /** Keeps the reserve or gives it up, as the disk stands now. */
  readonly look: () => void
}

export const createDiskReserve = ({ folder, freeBytes, log }: DiskReserveParts): DiskReserve => {
  const path = join(folder, 'disk-reserve')
  let isKept = false
  let hasFailed = false
  const giveUp = (): void => {
    rmSync(path, { force: true })
    isKept = false
  }
  const keep = (): void => {
    isKept = existsSync(path) && statSync(path).size === reserveBytes
    if (!isKept) writeReserve(path)
    isKept = true
  }
  return {
    look() {
      try {
        const free = freeBytes()
        if (free === null) return
        if (free < giveUpBelow && existsSync(path)) {
          giveUp()
          log.warn('the disk is full: the reserve is given up', { free })
        } else if (!isKept && free > keepAbove) keep()
      } catch (error) {
        if (!hasFailed) log.warn('the reserve on the disk cannot be kept', { reason: String(error) })
        hasFailed = true
      }
    },
  }
}

/** Written, not only made that long: a file of holes keeps no room. */
const writeReserve = (path: string): void => {
  const file = openSync(path, 'w', 0o600)
  try {
    const block = Buffer.alloc(megabyte, 0x5a)
    for (let written = 0; written < reserveBytes; written += megabyte) writeSync(file, block)
  } finally {
    closeSync(file)
  }
}
