import { statfs } from 'node:fs/promises'

/** Bytes that an ordinary user may still write, or null where the system does not tell. */
export const freeDiskBytes = async (folder: string): Promise<number | null> => {
  try {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  } catch {
    // A system that does not tell is no failure of the desk's.
    return null
  }
}
