/** The machine of the figures, in one line. */
import { readFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'

export function describeMachine(mongodVersion: string): string {
  const [cpu] = cpus()
  const memoryGb = Math.round(totalmem() / 2 ** 30)
  return [
    `${cpu?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores`,
    `${memoryGb} GB`,
    `${osName()}, Linux ${release()}`,
    `Node ${process.versions.node}`,
    `MongoDB ${mongodVersion}, one member of a replica set on the same machine`,
  ].join('; ')
}

function osName(): string {
  try {
    return /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'Linux'
  } catch {
    // The name is for the table only.
    return 'Linux'
  }
}
