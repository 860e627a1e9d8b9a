import { statfsSync } from 'node:fs'

/** Bytes that an ordinary user may still write, or null where the system does not tell. */
export const freeDiskBytes = (folder: string): number | null => {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch {
    // A system that does not tell is no failure of the desk's.
    return null
  }
}
