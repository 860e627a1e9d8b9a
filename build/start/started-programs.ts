import { Refusal } from '../setup/refusal.mjs'

interface Part {
  readonly name: string
  readonly stop: () => Promise<void>
}

export interface Watched {
  readonly exited: Promise<number>
  readonly stop: () => Promise<void>
}

/** The programs that a task has started: watched together, stopped in reverse order. */
export class StartedPrograms {
  readonly #parts: Part[] = []
  readonly #over: Promise<void>
  #finish: () => void = () => undefined
  #fail: (error: unknown) => void = () => undefined
  #isStopping = false

  constructor(stop: AbortSignal) {
    this.#over = new Promise((resolve, reject) => {
      this.#finish = resolve
      this.#fail = reject
    })
    // It is awaited later, or never if the start fails.
    this.#over.catch(() => undefined)
    if (stop.aborted) this.#finish()
    stop.addEventListener('abort', () => this.#finish())
  }

  /** When this program ends by itself, the task fails. */
  add(name: string, part: Watched, logPath: string): void {
    this.#parts.push({ name, stop: part.stop })
    void part.exited.then((code) =>
      this.#fail(new Refusal(`${name} ended (${code}).`, `Its log: ${logPath}`)),
    )
  }

  /** A person ends the task by closing this program's window. */
  addWindow(name: string, part: Watched, onFailure: (code: number) => void): void {
    this.#parts.push({ name, stop: part.stop })
    void part.exited.then((code) => {
      if (code === 0) this.#finish()
      else if (!this.#isStopping) onFailure(code)
    })
  }

  untilOver(): Promise<void> {
    return this.#over
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    for (const part of this.#parts.toReversed()) await part.stop()
  }
}
