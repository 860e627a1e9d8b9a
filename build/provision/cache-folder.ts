/**
 * The one folder that all clones of this machine share. A part is put together in a staging folder, checked, and
 * renamed into place: what has its final name is whole. A lock for each part keeps two clones from fetching twice.
 */
import { randomUUID } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { waitForLock } from '../setup/file-lock.mjs'
import { requireFreeDisk } from '../setup/preconditions.mjs'
import { say } from '../setup/terminal.mjs'

export interface CachedPart {
  /** Folder name in the cache; carries the version, so that a new version is a new part. */
  readonly name: string
  /** Paths inside the part that must be there. */
  readonly mustHold: readonly string[]
  readonly neededBytes: number
  /** Fills an empty folder with the checked content. */
  readonly fill: (folder: string) => Promise<void>
}

const manifestName = '.manifest.json'

export const cacheFolder = (env: NodeJS.ProcessEnv = process.env): string =>
  env['CHOWKI_CACHE'] || join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'chowki')

/** Whether some earlier run made this part; `cachedPart` still looks whether it is whole. */
export const isCached = (name: string): boolean => existsSync(join(cacheFolder(), name))

/** Returns the part's folder, filled. Sizes are compared each time: a damaged part is made again. */
export const cachedPart = async (part: CachedPart, cache: string = cacheFolder()): Promise<string> => {
  const folder = join(cache, part.name)
  if (isWhole(folder, part)) return folder
  const release = await waitForLock(join(cache, '.locks', `${part.name}.lock`), () =>
    say(`Another command fetches ${part.name}; waiting for it ...`),
  )
  try {
    if (isWhole(folder, part)) return folder
    requireFreeDisk(cache, part.neededBytes, `${part.name} in the cache`)
    await makePart(part, cache, folder)
    return folder
  } finally {
    await release()
  }
}

const makePart = async (part: CachedPart, cache: string, folder: string): Promise<void> => {
  const staging = join(cache, '.staging')
  removeLeftovers(staging, part.name)
  const work = join(staging, `${part.name}~${randomUUID()}`)
  mkdirSync(work, { recursive: true })
  try {
    await part.fill(work)
    writeFileSync(join(work, manifestName), JSON.stringify(sizesOf(work, part.mustHold)))
    rmSync(folder, { recursive: true, force: true })
    renameSync(work, folder)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** Whoever left them is dead: the lock is ours. */
const removeLeftovers = (staging: string, partName: string): void => {
  if (!existsSync(staging)) return
  for (const name of readdirSync(staging)) {
    if (name.startsWith(`${partName}~`)) rmSync(join(staging, name), { recursive: true, force: true })
  }
}

const isWhole = (folder: string, part: CachedPart): boolean => {
  const manifest = join(folder, manifestName)
  if (!existsSync(manifest)) return false
  try {
    const recorded = readFileSync(manifest, 'utf8')
    return recorded === JSON.stringify(sizesOf(folder, part.mustHold))
  } catch {
    // Unreadable or half written, it is brought anew.
    return false
  }
}

const sizesOf = (folder: string, paths: readonly string[]): Record<string, number> =>
  Object.fromEntries(paths.map((path) => [path, statSync(join(folder, path)).size]))
