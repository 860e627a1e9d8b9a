/** One JSON line for each event on the error stream. Takes names and codes only, never what a guard typed. */
type Fields = Readonly<Record<string, string | number | boolean | null>>

export interface Log {
  readonly info: (message: string, fields?: Fields) => void
  readonly warn: (message: string, fields?: Fields) => void
  readonly error: (message: string, fields?: Fields) => void
}

export const createLog = (write: (line: string) => void, now: () => Date): Log => {
  const at =
    (level: string) =>
    (message: string, fields: Fields = {}): void =>
      write(`${JSON.stringify({ level, time: now().toISOString(), msg: message, ...fields })}\n`)
  return { info: at('info'), warn: at('warn'), error: at('error') }
}
