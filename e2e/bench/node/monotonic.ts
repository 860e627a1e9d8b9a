/** Milliseconds of the machine's monotonic clock, which all its processes and threads share. */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6
