import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { ownEnvironment } from '../../frame/fitness.ts'
import type { BenchContext } from '../../workload.ts'
import type { FromCrowd, StreamRequest, ToCrowd } from './crowd-messages.ts'

export interface StreamCrowd {
  open(port: number, streams: readonly StreamRequest[]): Promise<void>
  /** Resolves when the crowd is ready for a nudge; what it gives waits for the times of arrival at the whole group. */
  expect(group: number): Promise<() => Promise<readonly number[]>>
  close(): Promise<void>
}

const program = fileURLToPath(new URL('crowd-process.ts', import.meta.url))

/** Ends with the run, and with this process. */
export function startCrowd({ onEnd }: Pick<BenchContext, 'onEnd'>): StreamCrowd {
  const child = fork(program, [], { env: ownEnvironment(process.env), execArgv: [] })
  onEnd(() => void child.kill('SIGKILL'))
  const next = <K extends FromCrowd['kind']>(kind: K): Promise<Extract<FromCrowd, { kind: K }>> =>
    new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        child.off('message', take).off('exit', end)
        act()
      }
      const take = (message: FromCrowd): void => {
        if (message.kind === 'failed') settle(() => reject(new Error(message.reason)))
        else if (message.kind === kind) settle(() => resolve(message as Extract<FromCrowd, { kind: K }>))
      }
      const end = (): void => settle(() => reject(new Error('the process with the streams has ended')))
      child.on('message', take).on('exit', end)
    })
  const ask = (message: ToCrowd): void => void child.send(message)
  return {
    async open(port, streams) {
      const opened = next('opened')
      ask({ kind: 'open', port, streams })
      await opened
    },
    async expect(group) {
      const [expecting, arrived] = [next('expecting'), next('arrived')]
      // Awaited below, where its failure is thrown; until then it must not end the process.
      arrived.catch(() => undefined)
      ask({ kind: 'expect', group })
      await expecting
      return async () => (await arrived).at
    },
    async close() {
      const closed = next('closed')
      ask({ kind: 'close' })
      await closed
    },
  }
}
