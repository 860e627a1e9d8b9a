/** What the page has to say for the log. A page that loops must not push everything else out of it. */
import type { IpcRequest } from '@chowki/shared/ipc/channels.ts'
import type { Log } from './log.ts'

type PageEntries = IpcRequest<'log:write'>

const linesPerMinute = 120

export const createPageLog = (log: Log, now: () => number): ((entries: PageEntries) => void) => {
  let minute = 0
  let written = 0
  let dropped = 0
  return (entries) => {
    const current = Math.floor(now() / 60_000)
    if (current !== minute) {
      if (dropped > 0) log.warn('page says more than is kept', { dropped })
      ;[minute, written, dropped] = [current, 0, 0]
    }
    for (const { level, event, ...fields } of entries) {
      if (written >= linesPerMinute) dropped += 1
      else log[level](`page: ${event}`, fields)
      written += 1
    }
  }
}
