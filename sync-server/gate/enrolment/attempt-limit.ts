import ipaddr from 'ipaddr.js'
/**
 * A sliding window over attempts at guessing a code. What counts against an address are the different codes that it
 * tried: the same code again guesses nothing, so that a desk that repeats a used code all day shuts itself out and not
 * its neighbours behind the same address. Memory is bounded by `overall` times `perCode`.
 */
export interface AttemptLimit {
  /** Null: allowed. Otherwise milliseconds until the next attempt is allowed. A refused attempt does not count. */
  take(address: string, code: string): number | null
}

export interface AttemptLimitOptions {
  readonly windowMs: number
  /** The same code from one address. */
  readonly perCode: number
  /** Different codes from one address. */
  readonly perAddress: number
  /** Different codes from all addresses together. */
  readonly overall: number
  readonly now: () => number
}

interface Tried {
  readonly source: string
  readonly code: string
  /** Epoch milliseconds, the oldest first. */
  times: number[]
}

export function createAttemptLimit(options: AttemptLimitOptions): AttemptLimit {
  const { windowMs, perCode, perAddress, overall, now } = options
  let tried: Tried[] = []

  return {
    take(address, code) {
      const time = now()
      const source = attemptSource(address)
      for (const one of tried) {
        // `at > time`: the server's clock was set back; such attempts must not lock anyone out for days.
        one.times = one.times.filter((at) => at > time - windowMs && at <= time)
      }
      tried = tried.filter(({ times }) => times.length > 0)
      const waitFor = (at: number): number => Math.max(1, at + windowMs - time)
      const same = tried.find((one) => one.source === source && one.code === code)
      if (same) {
        if (same.times.length >= perCode) return waitFor(same.times[0] ?? time)
        same.times.push(time)
        return null
      }
      const own = tried.filter((one) => one.source === source)
      if (own.length >= perAddress) return waitFor(soonestFree(own))
      if (tried.length >= overall) return waitFor(soonestFree(tried))
      tried.push({ source, code, times: [time] })
      return null
    },
  }
}

/** The last time of the code that is forgotten first. */
const soonestFree = (tried: readonly Tried[]): number =>
  Math.min(...tried.map(({ times }) => times.at(-1) ?? 0))

/** One customer holds a whole IPv6 /64, so its addresses count as one; an IPv4 address may come mapped. */
export function attemptSource(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  return parsed instanceof ipaddr.IPv6 ? parsed.parts.slice(0, 4).map(toHex).join(':') : parsed.toString()
}

const toHex = (part: number): string => part.toString(16)
