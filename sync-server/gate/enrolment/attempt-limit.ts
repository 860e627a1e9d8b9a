import ipaddr from 'ipaddr.js'

/**
 * A sliding window over attempts, for each address and for all together; its memory is bounded by the latter. Not
 * @fastify/rate-limit's: its window is fixed (two at 0 and 550 ms of 600, and two more at 650 and 700, all pass), and it
 * has no bound on all together.
 */
export interface AttemptLimit {
  /** Null: allowed. Otherwise milliseconds until the next attempt is allowed. A refused attempt does not count. */
  take(address: string): number | null
}

export interface AttemptLimitOptions {
  readonly windowMs: number
  readonly perAddress: number
  readonly overall: number
  readonly now: () => number
}

export function createAttemptLimit({
  windowMs,
  perAddress,
  overall,
  now,
}: AttemptLimitOptions): AttemptLimit {
  let attempts: { readonly source: string; readonly at: number }[] = []

  return {
    take(address) {
      const time = now()
      const source = attemptSource(address)
      // `at > time`: the server's clock was set back; such attempts must not lock anyone out for days.
      attempts = attempts.filter(({ at }) => at > time - windowMs && at <= time)
      const own = attempts.filter((attempt) => attempt.source === source)
      const blocking =
        own.length >= perAddress
          ? own.at(-perAddress)
          : attempts.length >= overall
            ? attempts.at(-overall)
            : null
      if (blocking) return Math.max(1, blocking.at + windowMs - time)
      attempts.push({ source, at: time })
      return null
    },
  }
}

/** One customer holds a whole IPv6 /64, so its addresses count as one; an IPv4 address may come mapped. */
export function attemptSource(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  return parsed instanceof ipaddr.IPv6 ? parsed.parts.slice(0, 4).map(toHex).join(':') : parsed.toString()
}

const toHex = (part: number): string => part.toString(16)
