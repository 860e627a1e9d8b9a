/** A virtual display, one for each run or test file, so that no window takes another's keys. */
import { once } from 'node:events'
import { Refusal } from '../setup/refusal.mjs'
import { startChild } from './child.ts'

export interface Display {
  readonly name: string
  readonly stop: () => Promise<void>
}

export const startDisplay = async (size = '1280x800'): Promise<Display> => {
  // Xvfb chooses a free number and prints it; without access control, since one test runs as another user.
  const server = await startChild('Xvfb', {
    args: ['-displayfd', '1', '-screen', '0', `${size}x24`, '-nolisten', 'tcp', '-ac', '-noreset'],
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const started = server.stdout === null ? Promise.resolve(['']) : once(server.stdout, 'data')
  const number = await Promise.race([started.then(String), server.exited.then(() => null)])
  if (number === null) throw new Refusal('Xvfb did not start.', 'Run Xvfb :99 by hand to see why.')
  return { name: `:${number.trim()}`, stop: server.stop }
}
