/**
 * A power cut may leave half a record at the end of a LevelDB log. Chromium skips it, and then goes on writing behind
 * it in the same file (google/leveldb#1287); at the start after that it takes the log for broken and deletes all of
 * the page's storage. So what follows the last whole record is cut off before a page is opened. Nothing of it was
 * ever acknowledged: a flush reaches the disk before the write that waits for it resolves.
 * Format: doc/log_format.md of LevelDB.
 */
import { open, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

const blockBytes = 32_768
const headerBytes = 7
const [full, first, middle, last] = [1, 2, 3, 4]

/** In a Chromium profile. Resolves with the names of the logs that were trimmed; no page may be open. */
export const trimTornLogs = async (profile: string): Promise<string[]> => {
  const databases = join(profile, 'IndexedDB')
  const folders = (await namesIn(databases)).filter((name) => name.endsWith('.leveldb'))
  const trimmed: string[] = []
  for (const folder of folders) {
    for (const name of await namesIn(join(databases, folder)))
      if (/^(\d+\.log|MANIFEST-\d+)$/.test(name) && (await trim(join(databases, folder, name))))
        trimmed.push(name)
  }
  return trimmed
}

const namesIn = async (folder: string): Promise<string[]> => {
  try {
    return await readdir(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

const trim = async (path: string): Promise<boolean> => {
  const bytes = await readFile(path)
  const end = wholeRecordsEnd(bytes)
  if (end === bytes.length) return false
  const file = await open(path, 'r+')
  try {
    await file.truncate(end)
    await file.sync()
  } finally {
    await file.close()
  }
  return true
}

/** Where the last whole record ends. A record is one fragment (full), or first, middle and last ones. */
export const wholeRecordsEnd = (log: Buffer): number => {
  let end = 0
  let isOpen = false
  for (let at = 0; at < log.length;) {
    const blockLeft = blockBytes - (at % blockBytes)
    if (blockLeft < headerBytes) {
      at += blockLeft
      continue
    }
    const type = fragmentAt(log, at, blockLeft)
    const continues = type === middle || type === last
    if (type === null || continues !== isOpen) return end
    at += headerBytes + log.readUInt16LE(at + 4)
    isOpen = type === first || type === middle
    if (!isOpen) end = at
  }
  return end
}

/** Its type; null where there is no whole and sound fragment. */
const fragmentAt = (log: Buffer, at: number, blockLeft: number): number | null => {
  if (at + headerBytes > log.length) return null
  const length = log.readUInt16LE(at + 4)
  const type = log.readUInt8(at + 6)
  const next = at + headerBytes + length
  if (headerBytes + length > blockLeft || next > log.length) return null
  if (type !== full && type !== first && type !== middle && type !== last) return null
  return maskedCrc32c(log.subarray(at + 6, next)) === log.readUInt32LE(at) ? type : null
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  return crc
})

/** Rotated and shifted as LevelDB stores it. */
export const maskedCrc32c = (bytes: Uint8Array): number => {
  let crc = 0xffffffff
  for (const byte of bytes) crc = (crcTable[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8)
  crc = ~crc >>> 0
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
}
