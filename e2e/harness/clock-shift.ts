/**
 * A wrong clock for a whole kiosk, from its first instruction on: Debian's libfaketime, preloaded. A patched `Date` in
 * the page would miss the shell, the workers and everything that runs before the patch.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs'
import path from 'node:path'

const libraryFolders = (): string[] => {
  const folders = ['/usr/lib', '/usr/lib64', '/usr/local/lib']
  const multiarch = readdirSync('/usr/lib').filter((name) => name.endsWith('-linux-gnu'))
  return [...multiarch.map((name) => path.join('/usr/lib', name)), ...folders]
}

export function clockShiftEnvironment(shiftMs: number): Record<string, string> {
  if (shiftMs === 0) return {}
  const library = libraryFolders()
    .map((folder) => path.join(folder, 'faketime', 'libfaketime.so.1'))
    .find((file) => existsSync(file))
  if (library === undefined)
    throw new Error('libfaketime is not installed. Install the Debian package `faketime`.')
  const seconds = Math.round(shiftMs / 1000)
  return {
    LD_PRELOAD: library,
    FAKETIME: `${seconds < 0 ? '' : '+'}${String(seconds)}`,
    // Timers use the monotonic clock, which a corrected time of day does not move.
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    // Without it every wait on a condition ends at once, and Chromium spins.
    FAKETIME_FORCE_MONOTONIC_FIX: '0',
    FAKETIME_DISABLE_SHM: '1',
  }
}

/** libfaketime shares its start time with child processes in two shared-memory files, which a killed process leaves behind. */
export function removeClockShiftTraces(pid: number): void {
  for (const name of ['faketime_shm_', 'sem.faketime_sem_']) {
    rmSync(`/dev/shm/${name}${String(pid)}`, { force: true })
  }
}
