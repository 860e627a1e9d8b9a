/**
 * The desk's log on disk: the newest megabytes in a few files, the oldest of which goes when a new one begins. A line is
 * written before the call returns, so that the last words before a crash are there; a stream (rotating-file-stream) would
 * lose them, and at a few lines a minute it saves nothing.
 */
import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

export interface LogFile {
  /** A whole line with its end. Never throws: a full disk must not stop the desk, and the line is on the error stream. */
  write(line: string): void
  /** All that is kept, oldest line first. */
  read(): string
}

export interface LogFileOptions {
  readonly folder: string
  /** Bounds of the whole: `files` times `bytesMax`. */
  readonly bytesMax?: number
  readonly files?: number
}

export const createLogFile = ({ folder, bytesMax = 1_000_000, files = 5 }: LogFileOptions): LogFile => {
  const pathOf = (age: number): string => join(folder, age === 0 ? 'desk.log' : `desk.${age}.log`)
  const ages = Array.from({ length: files }, (_, age) => age)
  let size: number | null = null

  const rotate = (): void => {
    rmSync(pathOf(files - 1), { force: true })
    for (const age of ages.slice(0, -1).toReversed()) {
      if (sizeOf(pathOf(age)) > 0) renameSync(pathOf(age), pathOf(age + 1))
    }
    size = 0
  }
  return {
    write(line) {
      const bytes = Buffer.byteLength(line)
      if (bytes > bytesMax) return
      try {
        if (size === null) {
          mkdirSync(folder, { recursive: true, mode: 0o700 })
          size = sizeOf(pathOf(0))
          // Whatever stopped the write before may have left half a line, which must not take this one with it.
          if (size > 0 && !readFileSync(pathOf(0)).subarray(-1).equals(lineEnd))
            appendFileSync(pathOf(0), lineEnd)
        }
        if (size + bytes > bytesMax) rotate()
        appendFileSync(pathOf(0), line, { mode: 0o600 })
        size += bytes
      } catch {
        // Most likely a full disk. The size is read anew at the next line, when there may be room.
        size = null
      }
    },
    read: () =>
      ages
        .toReversed()
        .filter((age) => sizeOf(pathOf(age)) > 0)
        .map((age) => readFileSync(pathOf(age), 'utf8'))
        .join(''),
  }
}

const lineEnd = Buffer.from('\n')

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0
