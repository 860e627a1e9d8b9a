/** Rounds of requests to every route at once, each judged by itself. */
import fc from 'fast-check'
import { fuzzRequest } from './fuzz-request.ts'
import type { FuzzRequest } from './fuzz-request.ts'
import { faultsOf } from './judge-answer.ts'
import type { FuzzedRoute, FuzzTarget } from './fuzz-target.ts'
import { sendRaw } from './raw-http.ts'

export interface Tally {
  requests: number
  /** Answers by route and status: `POST /api/enrol 401`. */
  readonly answers: Map<string, number>
}

/** Of an address, in a minute; see `enrolmentAttempts`. */
const attemptsInMinute = 8

export const newTally = (): Tally => ({ requests: 0, answers: new Map() })

/** Rejects with the smallest request that shows a fault, its seed and its path. */
export async function fuzzRound(
  target: FuzzTarget,
  { seed, runs }: { seed: number; runs: number },
  tally: Tally,
): Promise<void> {
  const outcomes = await Promise.allSettled(
    target.routes.map((route) => fuzzRoute(target, route, { seed, runs }, tally)),
  )
  const failures = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [wordsOf(outcome.reason)] : [],
  )
  if (failures.length > 0) throw new Error(`seed ${seed}:\n${failures.join('\n\n')}`)
}

async function fuzzRoute(
  target: FuzzTarget,
  route: FuzzedRoute,
  { seed, runs }: { seed: number; runs: number },
  tally: Tally,
): Promise<void> {
  let isSilent = false
  const property = fc.asyncProperty(fuzzRequest(route, target), async (request) => {
    // A server that once did not answer would be waited for again at each step towards a smaller request.
    if (isSilent) return
    if (route.url === '/api/enrol' && tally.requests % attemptsInMinute === 0) target.passMinute()
    const answer = await sendRaw(target.port, request).catch((error: unknown) => {
      isSilent = true
      throw new Error(describeFault(route, request, '', [String(error)]))
    })
    tally.requests += 1
    const key = `${route.name} ${answer?.status ?? 'closed'}`
    tally.answers.set(key, (tally.answers.get(key) ?? 0) + 1)
    const faults = faultsOf(request, answer, route, target)
    if (target.end.reason !== null) faults.push(target.end.reason)
    if (faults.length > 0)
      throw new Error(describeFault(route, request, answer?.body.toString() ?? '', faults))
  })
  await fc.assert(property, { seed, numRuns: runs, endOnFailure: false, verbose: 0 })
}

function describeFault(route: FuzzedRoute, request: FuzzRequest, answer: string, faults: string[]): string {
  const { method, path, headers, body } = request
  return [
    `${route.name}: ${faults.join('; ')}`,
    `${method} ${path.slice(0, 300)}`,
    ...headers.map(([name, value]) => `${name}: ${value.slice(0, 200)}`),
    `body of ${body?.length ?? 0} bytes: ${body?.toString('latin1').slice(0, 1_500) ?? ''}`,
    `answer: ${answer.slice(0, 600)}`,
  ].join('\n')
}

/** The shrunk request, rather than fast-check's print of its bytes. */
function wordsOf(reason: unknown): string {
  const { cause, message } = reason as Error
  return cause instanceof Error
    ? cause.message.includes('\n')
      ? cause.message
      : String(cause.stack)
    : message
}
