import { pino } from 'pino'
import type { DestinationStream, Logger } from 'pino'
import { credentialNames, describeError, redact } from './redaction.ts'

export type { Logger }

/** JSON lines. `personalNames` are hidden wherever they appear in a logged object, and so are credentials. */
export function createLogger(
  options: { level: string; personalNames: ReadonlySet<string> },
  destination?: DestinationStream,
): Logger {
  const hidden = new Set<string>([...options.personalNames, ...credentialNames])
  const pinoOptions = {
    level: options.level,
    base: { process: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {
      level: (label: string) => ({ level: label }),
      log: (line: Record<string, unknown>) => redact(line, hidden) as Record<string, unknown>,
    },
    hooks: { logMethod: withMessage },
    // pino's own serializer of errors would repeat their messages.
    serializers: { err: (error: unknown) => (error instanceof Error ? describeError(error) : error) },
  }
  return guardBindings(destination ? pino(pinoOptions, destination) : pino(pinoOptions), hidden)
}

/** Without a message pino takes the error's own, unmasked. */
function withMessage(this: Logger, args: unknown[], method: (...args: unknown[]) => void): void {
  const [first, message] = args
  const isBare = first instanceof Error || (first as { err?: unknown } | undefined)?.err instanceof Error
  if (!isBare || message !== undefined) return method.apply(this, args)
  return method.apply(this, [first instanceof Error ? { err: first } : first, 'failed'])
}

/** pino writes a child's bindings as they are; its children inherit this `child` by their prototype. */
function guardBindings(logger: Logger, hidden: ReadonlySet<string>): Logger {
  logger.child = new Proxy(logger.child, {
    apply: (child, self, [bindings, ...rest]: unknown[]) =>
      Reflect.apply(child, self, [redact(bindings, hidden), ...rest]),
  })
  return logger
}
