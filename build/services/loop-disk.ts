/**
 * A disk whose power can be cut: an ext4 file system in a file, mounted through a loop device. What programs have
 * written and not flushed is in the kernel's memory only, and so not in the file: a copy of the file is what the disk
 * would hold after the cut. (A killed process loses nothing, because the kernel writes its pages all the same.)
 * One simplification: everything the device received counts as kept, flushed or not.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { requireCommand } from '../provision/run-command.ts'
import { Refusal } from '../setup/refusal.mjs'

export interface LoopDisk {
  /** Where it is mounted. */
  readonly folder: string
  /** A copy of this disk at this instant, mounted as after a power cut. Its writers must be stopped. */
  readonly afterPowerCut: () => Promise<LoopDisk>
  /** Unmounts and deletes it; may be called again. */
  readonly remove: () => Promise<void>
}

/** Null when this process may mount one; otherwise the reason, for a person. */
export const whyNoLoopDisks = async (): Promise<string | null> => {
  if (process.platform !== 'linux') return 'loop devices are Linux’s'
  if (process.getuid?.() !== 0) return 'only root may mount a loop device'
  try {
    const disk = await makeLoopDisk(8)
    await disk.remove()
    return null
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return error.message
  }
}

/** Takes space only as it is filled. */
export const makeLoopDisk = (megabytes: number): Promise<LoopDisk> =>
  mountNew(async (image) => {
    const file = await open(image, 'wx', 0o600)
    await file.truncate(megabytes * 1024 * 1024)
    await file.close()
    // Initialize everything now, or the kernel would write while a copy is taken.
    const lazily = 'lazy_itable_init=1,lazy_journal_init=1,nodiscard'
    await requireCommand('mkfs.ext4', ['-q', '-F', '-E', lazily, image], 'Install e2fsprogs.')
  })

/** A new folder each time, so that leftovers of an interrupted run do not matter. */
const mountNew = async (fill: (image: string) => Promise<void>): Promise<LoopDisk> => {
  const keeper = startKeeper(await mkdtemp(join(tmpdir(), 'chowki-disk-')))
  const { image, folder } = keeper
  try {
    await fill(image)
    await keeper.mount()
    const device = deviceAt(folder)
    return {
      folder,
      afterPowerCut: () => mountNew((copy) => copyAtRest(device, image, copy)),
      remove: keeper.end,
    }
  } catch (error) {
    await keeper.end()
    throw error
  }
}

interface Keeper {
  readonly image: string
  readonly folder: string
  readonly mount: () => Promise<void>
  readonly end: () => Promise<void>
}

/** A file system that is still in use is unmounted when its users are gone; the loop device frees itself then. */
const keeperScript = `
  read -r go && mkdir disk && mount -o loop,noinit_itable image disk && echo mounted && cat > /dev/null
  mountpoint -q disk && { umount disk 2> /dev/null || umount --lazy disk; }
  rm -f image && rm -df disk && rmdir "$PWD"`

/**
 * A process of its own keeps image and mount for as long as our end of its pipe is open, and deletes them when it
 * closes: by `end`, or because this process has died.
 */
const startKeeper = (place: string): Keeper => {
  // Detached, so that Ctrl-C in the terminal does not end it before its work is done.
  const child = spawn('sh', ['-c', keeperScript], { detached: true, cwd: place })
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  return {
    image: join(place, 'image'),
    folder: join(place, 'disk'),
    async mount() {
      child.stdin.write('mount\n')
      await Promise.race([once(child.stdout, 'data'), ended])
      if (child.exitCode === null) return
      const [reason = ''] = complaint.trim().split('\n')
      throw new Refusal(reason, 'Mount a loop device by hand to see why.')
    },
    async end() {
      child.stdin.end()
      await ended
    },
  }
}

const deviceAt = (folder: string): string => {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n')
  const source = mounts.map((line) => line.split(' ')).find((fields) => fields[1] === folder)?.[0]
  if (source === undefined) throw new Error(`${folder} is not mounted`)
  return basename(source)
}

/**
 * The kernel's own writers (journal, write-back) are not stopped with the processes. A copy during which they wrote
 * would be of no instant at all, so it is taken again.
 */
const copyAtRest = async (device: string, image: string, copy: string): Promise<void> => {
  for (let tries = 0; tries < 50; tries += 1) {
    const before = writesOf(device)
    await requireCommand(
      'cp',
      ['--reflink=auto', '--sparse=auto', image, copy],
      'Check that the disk has room.',
    )
    const after = writesOf(device)
    if (after.inFlight === 0 && before.inFlight === 0 && after.done === before.done) return
  }
  throw new Error(`${device} is written to without a pause; stop its writers before the cut`)
}

/** Fields as in the kernel's Documentation/block/stat.rst. */
const writesOf = (device: string): { done: number; inFlight: number } => {
  const fields = readFileSync(`/sys/block/${device}/stat`, 'utf8').trim().split(/\s+/).map(Number)
  return { done: fields[4] ?? 0, inFlight: fields[8] ?? 0 }
}
