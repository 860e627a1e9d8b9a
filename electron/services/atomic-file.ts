/**
 * Files that a power cut leaves either as they were or as they were meant to be: a temporary file is written and
 * flushed, put in place in one step, and then the folder is flushed, because until then the name itself may be lost.
 */
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code

const flushFolder = async (folder: string): Promise<void> => {
  // Windows has no handle for a folder; NTFS journals the name itself.
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const writeTemporary = async (path: string, text: string): Promise<string> => {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const temporary = `${path}.new`
  await rm(temporary, { force: true })
  const handle = await open(temporary, 'wx', 0o600)
  try {
    await handle.writeFile(text, 'utf8')
    await handle.sync()
  } finally {
    await handle.close()
  }
  return temporary
}

/** Null only where there is no file. Every other failure throws: an unreadable file must not be taken for a missing one. */
export const readTextFile = async (path: string): Promise<string | null> => {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null
    throw error
  }
}

export const replaceFile = async (path: string, text: string): Promise<void> => {
  const temporary = await writeTemporary(path, text)
  await rename(temporary, path)
  await flushFolder(dirname(path))
}

/** Fails with EEXIST where the file exists: the file system itself keeps a key from being replaced. */
export const createFile = async (path: string, text: string): Promise<void> => {
  const temporary = await writeTemporary(path, text)
  try {
    await link(temporary, path)
  } finally {
    await rm(temporary, { force: true })
  }
  await flushFolder(dirname(path))
}
