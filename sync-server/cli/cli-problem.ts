/** A command cannot be done as asked; the message is one line for a person. */
export class CliProblem extends Error {
  override name = 'CliProblem'
}
