import { app } from 'electron'

declare global {
  /** Set while bundling: true in what is shipped, false in what tests drive. */
  const chowkiRelease: boolean
  /** Playwright calls it when it is attached. */
  var __playwright_run: (() => void) | undefined
}

const switches = ['remote-debugging-port', 'remote-debugging-pipe', 'remote-debugging-address'] as const
const longestWaitMs = 5_000

/** Before the app is ready. A shipped shell cannot be driven from outside; Node's own inspector is closed by a fuse. */
export const refuseDebugging = (): void => {
  if (!chowkiRelease) return
  for (const name of switches) app.commandLine.removeSwitch(name)
}

/**
 * A debugger that attaches while the first window swaps its empty page for ours loses messages and hangs (seen in one
 * launch of twenty). So the window waits until it is attached, if one was announced.
 */
export const debuggerAttached = async (): Promise<void> => {
  if (chowkiRelease || !app.commandLine.hasSwitch('remote-debugging-port')) return
  await new Promise<void>((resolve) => {
    globalThis.__playwright_run = resolve
    setTimeout(resolve, longestWaitMs)
  })
}
