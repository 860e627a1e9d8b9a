// @ts-check

/** A reason why a task cannot go on, in one line that a person can act on. Printed without a stack. */
export class Refusal extends Error {
  /**
   * @param {string} reason
   * @param {string} remedy
   * @param {number} [exitCode]
   */
  constructor(reason, remedy, exitCode = 1) {
    super(reason)
    this.name = 'Refusal'
    this.remedy = remedy
    this.exitCode = exitCode
  }
}

/**
 * What to print for an error that ends a task. Anything but a Refusal is a bug, so its stack is shown.
 * @param {unknown} error
 */
export const errorToLine = (error) => {
  if (error instanceof Refusal) return `chowki: ${error.message} ${error.remedy}`
  if (hasCode(error, 'ENOSPC'))
    return 'chowki: The disk is full. Free some space, then run the same command again.'
  return `chowki: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
}

/** @param {unknown} error */
export const errorToExitCode = (error) => (error instanceof Refusal ? error.exitCode : 1)

/**
 * @param {unknown} error
 * @param {string} code
 */
export const hasCode = (error, code) => error instanceof Error && 'code' in error && error.code === code
