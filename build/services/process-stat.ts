import { readFileSync } from 'node:fs'

export interface ProcessStat {
  /** One letter, as in proc(5). */
  readonly state: string
  readonly group: number
}

/** `folder`: of a process or of one of its threads, in /proc. Null when it has ended. */
export const readProcessStat = (folder: string): ProcessStat | null => {
  try {
    const stat = readFileSync(`${folder}/stat`, 'utf8')
    // The name is in brackets and may contain anything; the fields begin after it.
    const [state = '', , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { state, group: Number(group) }
  } catch {
    // It has ended.
    return null
  }
}
