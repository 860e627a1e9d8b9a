import type { Child } from '../../../build/services/child.ts'

/** SIGKILL to the whole group; unlike a polite end it also reaches processes that are held still. */
export async function endAtOnce({
  pid,
  exited,
}: Pick<Child, 'pid'> & { readonly exited: Promise<unknown> }): Promise<void> {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Already gone.
  }
  await exited
}
