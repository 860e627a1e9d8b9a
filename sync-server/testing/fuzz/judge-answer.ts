/** What every answer must keep to, whatever was asked. Written apart from the server: it shares its tables only. */
import { collections } from '@chowki/shared/collections/registry.ts'
import { errorDescriptions } from '@chowki/shared/errors/codes.ts'
import type { ErrorCode } from '@chowki/shared/errors/codes.ts'
import { Check } from 'typebox/value'
import type { TSchema } from 'typebox'
import { resourceProblems } from '../../api/problems.ts'
import { securityHeaderValues } from '../../http/answers.ts'
import type { FuzzRequest } from './fuzz-request.ts'
import { marker } from './fuzz-target.ts'
import type { FuzzedRoute, FuzzGround } from './fuzz-target.ts'
import { faultsOfPush } from './judge-push.ts'
import { problemSchema, problemType } from '../../http/problem.ts'
import { isFitting, jsonOf, routeOf } from './judge-request.ts'
import type { RawAnswer } from './raw-http.ts'
import { routeCases } from './route-cases.ts'

/** Words that an error may hold, though a request may hold them too. */
const vocabulary = JSON.stringify([errorDescriptions, resourceProblems, Object.values(collections)])
/** Shorter texts stand in messages by chance. */
const tellingLength = 8

/** Empty where all is well. */
export function faultsOf(
  request: FuzzRequest,
  answer: RawAnswer | null,
  route: FuzzedRoute,
  ground: FuzzGround,
): string[] {
  // Whoever goes away in the middle need not be told.
  if (answer === null) return request.isCutOff ? [] : ['the line was closed without an answer']
  const { status } = answer
  const faults = [...headerFaults(answer), ...foreignFaults(answer, ground)]
  if (status >= 500 || status < 200) faults.push(`status ${status}`)
  if (status >= 400) faults.push(...refusalFaults(request, answer), ...echoFaults(request, answer, ground))
  else faults.push(...acceptanceFaults(request, answer, ground))
  if (request.isFaultless && !routeCases[route.name]?.statuses.includes(status)) {
    faults.push(`a faultless request got ${status}`)
  }
  return faults
}

function headerFaults({ headers, head }: RawAnswer): string[] {
  const faults = Object.keys(securityHeaderValues).filter((name) => !headers.has(name))
  if (head.includes(marker)) faults.push('a header that repeats the request')
  return faults.map((name) => `header: ${name}`)
}

/** What only the other society can know. (Its ids are sent on purpose, and a record of one's own may hold them.) */
function foreignFaults({ body }: RawAnswer, { foreign }: FuzzGround): string[] {
  const text = body.toString('latin1')
  return [foreign.flatId, foreign.visitorName, foreign.societyName]
    .filter((secret) => text.includes(secret))
    .map((secret) => `of another society: ${secret}`)
}

function refusalFaults({ method }: FuzzRequest, { status, headers, body }: RawAnswer): string[] {
  if (method === 'HEAD' && body.length === 0) return []
  if (headers.get('content-type')?.startsWith('application/problem+json')) return problemFaults(status, body)
  if (!headers.get('content-type')?.startsWith('application/json')) return ['a refusal that is no JSON']
  const { error, ...beside } = JSON.parse(body.toString()) as { error: Record<string, unknown> }
  const { code, field, message, remedy, retryAfterMs, ...more } = error
  const described = Object.hasOwn(errorDescriptions, String(code)) && errorDescriptions[code as ErrorCode]
  if (!described) return [`an unknown code: ${String(code)}`]
  return [
    Object.keys({ ...beside, ...more }).length > 0 && 'unknown members of an error',
    described.status !== status && `${String(code)} with status ${status}`,
    described.remedy !== remedy && 'another remedy than the table’s',
    (typeof message !== 'string' || message === '') && 'no message',
    code === 'invalid_request' && (typeof field !== 'string' || field === '') && 'no field',
    retryAfterMs !== undefined && code !== 'too_many_attempts' && 'an odd retryAfterMs',
  ].filter((fault) => fault !== false)
}

function problemFaults(status: number, body: Buffer): string[] {
  const problem = JSON.parse(body.toString()) as Record<string, unknown>
  const described = { ...errorDescriptions, ...resourceProblems } as Record<string, { status: number }>
  const code = String(problem['code'])
  return [
    !Check(problemSchema, problem) && 'a problem that does not fit',
    !Object.hasOwn(described, code) && `an unknown code: ${code}`,
    described[code]?.status !== status && `${code} with status ${status}`,
    problem['status'] !== status && 'another status in the body',
    problem['type'] !== problemType(code) && 'another type than the code’s',
  ].filter((fault) => fault !== false)
}

/** A refusal must not repeat a person: no text of the body, the address or the credentials stands in it. */
function echoFaults(request: FuzzRequest, { body }: RawAnswer, { own }: FuzzGround): string[] {
  const answer = body.toString()
  const secret = own.authorization.split('.').at(-1) ?? marker
  const texts = [marker, '9876543210', secret, ...textsIn(jsonOf(request)), ...request.path.split(/[/?=&]/)]
  return texts
    .filter((text) => text.length >= tellingLength && answer.includes(text) && !vocabulary.includes(text))
    .map((text) => `repeats ${text.slice(0, 40)}`)
}

function acceptanceFaults(request: FuzzRequest, answer: RawAnswer, ground: FuzzGround): string[] {
  if (isOfKiosk(request, answer, ground)) return []
  const route = routeOf(request, ground.routes)
  if (!route || !isFitting(request, route, ground)) return ['what does not fit was taken']
  const schema = (route.schema.response as Record<string, TSchema> | undefined)?.['200']
  const told: unknown = answer.headers.get('content-type')?.startsWith('application/json')
    ? JSON.parse(answer.body.toString())
    : null
  const misfit =
    schema && answer.status === 200 && !Check(schema, told) ? ['an answer that does not fit'] : []
  const rows = route.name === 'POST /api/sync/:collection/push' ? faultsOfPush(request, told, ground) : []
  return [...misfit, ...rows]
}

/** A file of the kiosk's folder and none besides, where nothing of the API was asked for. */
function isOfKiosk(
  { method, path }: FuzzRequest,
  { status, body }: RawAnswer,
  { kioskTexts }: FuzzGround,
): boolean {
  const address = path.replace(/^[a-z]+:\/\/[^/]*/, '')
  if ((method !== 'GET' && method !== 'HEAD') || address.startsWith('/api/')) return false
  return status === 304 || method === 'HEAD' || kioskTexts.includes(body.toString())
}

/** All texts in it, keys apart. Without recursion: what is sent may be deeper than the stack. */
function textsIn(value: unknown): string[] {
  const texts: string[] = []
  const rest: unknown[] = [value]
  while (rest.length > 0) {
    const next = rest.pop()
    if (typeof next === 'string') texts.push(next)
    if (typeof next === 'object' && next !== null) rest.push(...Object.values(next))
  }
  return texts
}
