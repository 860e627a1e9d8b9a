/** Brings the page back after its process crashed, hung, or could not load. Its data are in IndexedDB, so nothing is lost. */
import type { BrowserWindow } from 'electron'
import type { Log } from '../services/log.ts'
import { retryDelayMs } from './retry-delay.ts'

/** After this time without a crash the next one counts as the first. */
const wellAfterMs = 60_000
/** Electron names a page unresponsive when a key or a touch has waited for seconds; so much longer, and it stops the gate. */
const hungAfterMs = 10_000
const abortedByUs = -3

export const keepPageAlive = (window: BrowserWindow, load: () => void, log: Log): void => {
  const { webContents } = window
  let failures = 0
  let retry: NodeJS.Timeout | undefined
  let well: NodeJS.Timeout | undefined
  let hung: NodeJS.Timeout | undefined

  const loadAgain = (): void => {
    failures += 1
    clearTimeout(well)
    clearTimeout(retry)
    retry = setTimeout(() => {
      if (!window.isDestroyed()) load()
    }, retryDelayMs(failures))
  }

  webContents.on('render-process-gone', (_event, details) => {
    log.error('page process gone', { reason: details.reason, exitCode: details.exitCode })
    loadAgain()
  })
  webContents.on('did-fail-load', (_event, code, _text, _url, isMainFrame) => {
    if (!isMainFrame || code === abortedByUs) return
    log.error('page did not load', { code })
    loadAgain()
  })
  webContents.on('did-finish-load', () => {
    log.info('page loaded')
    clearTimeout(well)
    well = setTimeout(() => (failures = 0), wellAfterMs)
  })
  webContents.on('unresponsive', () => {
    log.warn('page does not respond')
    clearTimeout(hung)
    hung = setTimeout(() => !window.isDestroyed() && webContents.forcefullyCrashRenderer(), hungAfterMs)
  })
  webContents.on('responsive', () => clearTimeout(hung))
  window.on('closed', () => [retry, well, hung].forEach(clearTimeout))
}
