/** Clean-up steps, run in reverse order; a failed one does not stop the others. */
export class Cleanups {
  readonly #steps: (() => Promise<void> | void)[] = []
  readonly #onFailure: (error: unknown) => void

  constructor(onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure
  }

  add(step: () => Promise<void> | void): void {
    this.#steps.push(step)
  }

  async run(): Promise<void> {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step()
      } catch (error) {
        this.#onFailure(error)
      }
    }
  }
}
