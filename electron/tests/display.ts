/** A separate display for each test file, so that no window takes another test's keys. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'

export interface Display {
  readonly name: string
  readonly close: () => Promise<void>
}

export const openDisplay = async (): Promise<Display> => {
  // Xvfb chooses a free number and prints it; without access control, since one test runs as another user.
  const args = ['-displayfd', '1', '-screen', '0', '1280x800x24', '-nolisten', 'tcp', '-ac', '-noreset']
  const server = spawn('Xvfb', args, { stdio: ['ignore', 'pipe', 'ignore'] })
  const exit = once(server, 'exit')
  const failure = Promise.race([
    once(server, 'error').then(([error]) =>
      Promise.reject(new Error(`These tests need Xvfb: ${String(error)}`)),
    ),
    exit.then(() => Promise.reject(new Error('Xvfb did not start.'))),
  ])
  // Awaited below, where its failure is thrown; until then it must not end the process.
  failure.catch(() => undefined)
  const [line] = (await Promise.race([once(server.stdout, 'data'), failure])) as [Buffer]
  return {
    name: `:${line.toString().trim()}`,
    close: async () => {
      server.kill()
      await exit
    },
  }
}
