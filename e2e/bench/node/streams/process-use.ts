/** What another process uses of the machine, from /proc. */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { percentile } from '../../frame/summing.ts'

/** Resident kilobytes. */
const residentKb = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])

const settleMs = 6_000

/** After a rest, the median of five readings; no collection is asked for, because none is in production either. */
export async function settledKb(pid: number): Promise<number> {
  await sleep(settleMs)
  const readings: number[] = []
  for (let n = 0; n < 5; n += 1) {
    readings.push(residentKb(pid))
    await sleep(200)
  }
  return percentile(readings, 0.5)
}

/** In ticks of 10 ms, so a difference over much work only. */
export function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}
