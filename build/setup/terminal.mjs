// @ts-check

/**
 * One line of progress. Plain text: it is read in terminals and in CI logs alike.
 * @param {string} line
 */
export const say = (line) => {
  process.stdout.write(`${line}\n`)
}

/**
 * Says every few seconds that a long step still goes on, so that nobody takes it for dead.
 * @param {() => string} describe
 * @param {number} [everyMs]
 * @returns {() => void} ends it
 */
export const sayWhileWaiting = (describe, everyMs = 10_000) => {
  const timer = setInterval(() => say(describe()), everyMs)
  return () => clearInterval(timer)
}
