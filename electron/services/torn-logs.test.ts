import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { maskedCrc32c, trimTornLogs, wholeRecordsEnd } from './torn-logs.ts'

const fragment = (type: number, size: number): Buffer => {
  const bytes = Buffer.alloc(7 + size, 0x61)
  bytes.writeUInt16LE(size, 4)
  bytes.writeUInt8(type, 6)
  bytes.writeUInt32LE(maskedCrc32c(bytes.subarray(6)), 0)
  return bytes
}
const [full, first, last] = [1, 2, 4]
const two = Buffer.concat([fragment(full, 100), fragment(full, 200)])
/** Fills the first block to its last byte, and goes on in the second. */
const long = Buffer.concat([two, fragment(first, 32_768 - two.length - 7), fragment(last, 50)])

describe('S9 P1 the end of a LevelDB log after a power cut', () => {
  it('is left alone where every record is whole', () => {
    // CRC-32C of "123456789" is 0xe3069283, by RFC 3720; masked as LevelDB does.
    expect(maskedCrc32c(Buffer.from('123456789'))).toBe(
      (((0xe3069283 >>> 15) | (0xe3069283 << 17)) + 0xa282ead8) >>> 0,
    )
    expect(wholeRecordsEnd(two)).toBe(two.length)
    expect(wholeRecordsEnd(long)).toBe(long.length)
    expect(wholeRecordsEnd(Buffer.alloc(0))).toBe(0)
  })

  it.each<[string, Buffer]>([
    ['half a header', Buffer.concat([two, Buffer.from([1, 2, 3])])],
    ['half a record', Buffer.concat([two, fragment(full, 300).subarray(0, 150)])],
    ['zeros', Buffer.concat([two, Buffer.alloc(5_000)])],
    ['zeros, and what came behind them', Buffer.concat([two, Buffer.alloc(4_000), fragment(full, 9)])],
    ['a record with another’s bytes', Buffer.concat([two, fragment(full, 30).fill(0x62, 20)])],
    ['a beginning without its end', long.subarray(0, 32_768)],
  ])('is found before %s', (_, log) => {
    expect(wholeRecordsEnd(log)).toBe(two.length)
  })
})

describe('S9 P1 logs of a profile', () => {
  let profile: string
  beforeEach(async () => {
    profile = await mkdtemp(join(tmpdir(), 'chowki-profile-'))
  })
  afterEach(() => rm(profile, { recursive: true, force: true }))

  it('are trimmed to their whole records; other files are not touched', async () => {
    const folder = join(profile, 'IndexedDB', 'app_kiosk_0.indexeddb.leveldb')
    await mkdir(folder, { recursive: true })
    const torn = Buffer.concat([two, Buffer.alloc(99)])
    for (const name of ['000003.log', 'MANIFEST-000001', '000005.ldb', 'LOG'])
      await writeFile(join(folder, name), torn)
    expect((await trimTornLogs(profile)).toSorted()).toEqual(['000003.log', 'MANIFEST-000001'])
    expect(await readFile(join(folder, '000003.log'))).toEqual(two)
    expect(await readFile(join(folder, '000005.ldb'))).toEqual(torn)
    expect(await trimTornLogs(profile)).toEqual([])
  })

  it('need not be there', async () => {
    expect(await trimTornLogs(profile)).toEqual([])
  })
})
