import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { makeLoopDisk, whyNoLoopDisks } from '../../../build/services/loop-disk.ts'
import type { LoopDisk } from '../../../build/services/loop-disk.ts'
import { loadKeys } from '../../../sync-server/ops/keys/key-files.ts'

const whyNot = await whyNoLoopDisks()
const disks: LoopDisk[] = []

afterEach(async () => {
  for (const disk of disks.splice(0)) await disk.remove()
})

const keysOn = (disk: LoopDisk) =>
  loadKeys({ dataFolder: join(disk.folder, 'data'), adminKey: null, photoKeys: null })

describe(`the keys of a server${whyNot === null ? '' : ` (not run: ${whyNot})`}`, () => {
  it.skipIf(whyNot !== null)('P1 are the same after a power cut at the moment they were made', async () => {
    const disk = await makeLoopDisk(64)
    disks.push(disk)
    const made = await keysOn(disk)
    const copy = await disk.afterPowerCut()
    disks.push(copy)
    expect(await keysOn(copy)).toEqual(made)
  })
})
