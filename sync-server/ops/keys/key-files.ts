/**
 * Keys that nobody configured are kept in `<data>/keys`, readable by the server's own user only. A key appears
 * complete or not at all (written aside, then linked into place), and two servers that start at once agree on one.
 */
import { randomBytes } from 'node:crypto'
import { chmod, link, mkdir, open, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { isPhotoKey } from '../../config.ts'
import type { ServerConfig } from '../../config.ts'

export interface ServerKeys {
  readonly adminKey: string
  /** 32-byte keys: the first encrypts, all decrypt. */
  readonly photoKeys: readonly [Buffer, ...Buffer[]]
}

/** Start-up fails with this: its message is for a person and holds no key. */
export class KeyFileBroken extends Error {
  override name = 'KeyFileBroken'
}

export async function loadKeys(
  config: Pick<ServerConfig, 'dataFolder' | 'adminKey' | 'photoKeys'>,
): Promise<ServerKeys> {
  const folder = path.join(config.dataFolder, 'keys')
  const photoKeys = config.photoKeys ?? (await readOrCreateKeyFile(path.join(folder, 'photo.key')))
  const [adminKey] =
    config.adminKey === null ? await readOrCreateKeyFile(path.join(folder, 'admin.key')) : [config.adminKey]
  const [current, ...older] = photoKeys.map((key) => Buffer.from(key, 'base64'))
  if (adminKey === undefined || current === undefined)
    throw new KeyFileBroken(`A key file in ${folder} is empty.`)
  return { adminKey, photoKeys: [current, ...older] }
}

/** One base64 key on each line, the current one first. */
async function readOrCreateKeyFile(file: string): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return createKeyFile(file)
    throw new KeyFileBroken(
      `${file} cannot be read (${error.code ?? 'unknown'}). Give it to the server's user, or set CHOWKI_DATA to another folder.`,
    )
  })
  // A secret mounted read-only cannot be tightened; whoever mounted it has decided who reads it.
  await chmod(file, 0o600).catch(() => undefined)
  const keys = text.split('\n').filter((line) => line !== '')
  if (keys.length === 0 || !keys.every(isPhotoKey)) {
    throw new KeyFileBroken(
      `${file} does not hold 32 bytes as base64. Restore it from a backup: what it encrypted needs it.`,
    )
  }
  return keys
}

async function createKeyFile(file: string): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
  const aside = `${file}.${randomBytes(6).toString('hex')}`
  const handle = await open(aside, 'wx', 0o600)
  await handle.writeFile(`${randomBytes(32).toString('base64')}\n`)
  await handle.sync()
  await handle.close()
  await link(aside, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  await rm(aside)
  await flushFolders(path.dirname(file))
  return readFile(file, 'utf8')
}

/**
 * Until then a power cut may take the name away, though not the bytes: another key would be made, and the photos
 * that this one has encrypted meanwhile would stay closed. The folder above may be as new as this one.
 */
async function flushFolders(folder: string): Promise<void> {
  // Windows has no handle for a folder; NTFS journals the name itself.
  if (process.platform === 'win32') return
  for (const each of [folder, path.dirname(folder)]) {
    const handle = await open(each, 'r')
    await handle.sync().finally(() => handle.close())
  }
}
