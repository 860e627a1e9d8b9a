/**
 * How a desk becomes one of a society's. The kiosk makes its own id and secret and keeps them, durably, BEFORE it
 * asks: a reply that was lost is asked for again with the same three words and gets the same answer, and a power
 * cut at any moment resumes where it stood.
 *
 *   nothing -> requested (id, secret, code kept) -> accepted (server knows us) -> ready (guards can sign in offline)
 */
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError, ErrorCode } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import { normaliseEnrolmentCode } from '@chowki/shared/domain/enrolment-code.ts'
import { deviceToken, enrolResponseSchema } from '@chowki/shared/protocol/device-api.ts'
import type { EnrolRequest, EnrolResponse } from '@chowki/shared/protocol/device-api.ts'
import { checkAgainst } from '@chowki/shared/projections/validate.ts'
import type { WireError } from '@chowki/shared/protocol/messages.ts'
import { toChowkiError } from '../replication/wire-error.ts'
import type { KioskPlatform } from '../../platform/platform.ts'
import { bytesToBase64Url, utf8, seal, unseal } from '../desk/keys/sealing.ts'
import type { DeskStore } from '../desk/desk-store.ts'

export type EnrolmentState =
  | { readonly state: 'none' }
  | {
      readonly state: 'requested'
      readonly serverUrl: string
      readonly deviceId: string
      /** The code and the secret: both would let a stranger pose as this desk. */
      readonly sealed: Uint8Array<ArrayBuffer>
    }
  | EnrolledState

interface EnrolledState {
  readonly state: 'accepted' | 'ready'
  readonly deviceId: string
  readonly serverUrl: string
  /** Missing in what an older kiosk kept. */
  readonly societyId?: string
  /** The code and the new secret of a desk that asks to be taken again, until the server has answered. */
  readonly again?: Uint8Array<ArrayBuffer>
}

export interface EnrolmentParts {
  readonly desk: DeskStore
  readonly key: CryptoKey
  readonly platform: Pick<KioskPlatform, 'launch' | 'chooseServer' | 'enrolled'>
  readonly request: (path: string, init: RequestInit) => Promise<Response>
  readonly newId: () => string
}

interface Secrets {
  readonly code: string
  readonly secret: string
}

const metaKey = 'enrolment'
const secretBytes = 32
const deviceName = 'Gate desk'
/** The server has judged this code: the next try begins with a new id and secret. */
const finalCodes: ReadonlySet<string> = new Set<ErrorCode>([
  'enrolment_code_invalid',
  'enrolment_code_expired',
  'enrolment_code_used',
  'invalid_request',
  'device_revoked',
])

export const readEnrolment = async (desk: DeskStore): Promise<EnrolmentState> =>
  (await desk.readMeta<EnrolmentState>(metaKey)) ?? { state: 'none' }

const write = (desk: DeskStore, state: EnrolmentState): Promise<void> => desk.writeMeta(metaKey, state)

export async function markReady(desk: DeskStore): Promise<void> {
  const known = await readEnrolment(desk)
  if (known.state === 'accepted') await write(desk, { ...known, state: 'ready' })
}

/** Until the server has accepted; the first replication is the caller's. */
export async function requestEnrolment(
  parts: EnrolmentParts,
  serverUrl: string,
  typedCode: string,
): Promise<Result<{ deviceId: string }, ChowkiError>> {
  const code = normaliseEnrolmentCode(typedCode)
  if (code === null) return err(chowkiError('enrolment_code_invalid', { field: 'code' }))
  const origin = originOf(serverUrl)
  if (origin === null)
    return err(chowkiError('invalid_request', { field: 'serverUrl', message: 'This is no server address.' }))
  const chosen = await parts.platform.chooseServer(origin)
  if (!chosen.ok) return chosen
  const { deviceId, secret } = await credentialsFor(parts, origin, code)
  const answer = await ask(parts, { code, deviceId, secret, deviceName })
  if (!answer.ok) {
    if (finalCodes.has(answer.error.code)) await write(parts.desk, { state: 'none' })
    return answer
  }
  // The host first: with its token kept and this row not, the same question is simply asked again.
  const token = deviceToken({ societyId: answer.value.societyId, deviceId, secret })
  const kept = await parts.platform.enrolled(origin, token)
  if (!kept.ok) return kept
  await write(parts.desk, {
    state: 'accepted',
    deviceId,
    serverUrl: origin,
    societyId: answer.value.societyId,
  })
  return ok({ deviceId })
}

/**
 * An enrolled desk that its server revoked, or forgot with a restored backup: by a new code of its own society it gets
 * a new token under its old id, so that nothing on it is lost or sent under two names. Asked again with the same code
 * it asks with the same secret, as a reply may have been lost.
 */
export async function requestEnrolmentAgain(
  parts: EnrolmentParts,
  typedCode: string,
  societyOfRecords: string | null,
): Promise<Result<null, ChowkiError>> {
  const code = normaliseEnrolmentCode(typedCode)
  if (code === null) return err(chowkiError('enrolment_code_invalid', { field: 'code' }))
  const known = await readEnrolment(parts.desk)
  if (known.state !== 'accepted' && known.state !== 'ready')
    return err(chowkiError('invalid_request', { message: 'This kiosk is not enrolled yet.' }))
  const { again, ...enrolled } = known
  const { deviceId } = known
  // Where the server has moved to, if the host was told so.
  const serverUrl = (await parts.platform.launch()).serverUrl ?? known.serverUrl
  const societyId = societyOfRecords ?? known.societyId
  const kept = again === undefined ? null : await openSecrets(parts.key, again)
  const secret = kept?.code === code ? kept.secret : newSecret()
  await write(parts.desk, { ...enrolled, again: await sealSecrets(parts.key, { code, secret }) })
  const society = societyId === undefined ? {} : { societyId }
  const answer = await ask(parts, { code, deviceId, secret, deviceName, ...society })
  if (!answer.ok) return answer
  const token = deviceToken({ societyId: answer.value.societyId, deviceId, secret })
  const handed = await parts.platform.enrolled(serverUrl, token)
  if (!handed.ok) return handed
  await write(parts.desk, { ...enrolled, serverUrl, societyId: answer.value.societyId })
  return ok(null)
}

/** The request that a power cut or a lost reply left open. */
export async function openRequest(
  parts: Pick<EnrolmentParts, 'desk' | 'key'>,
): Promise<{ serverUrl: string; code: string } | null> {
  const known = await readEnrolment(parts.desk)
  if (known.state !== 'requested') return null
  const secrets = await openSecrets(parts.key, known.sealed)
  return secrets === null ? null : { serverUrl: known.serverUrl, code: secrets.code }
}

async function credentialsFor(
  { desk, key, newId }: EnrolmentParts,
  serverUrl: string,
  code: string,
): Promise<{ deviceId: string; secret: string }> {
  const known = await readEnrolment(desk)
  if (known.state === 'requested' && known.serverUrl === serverUrl) {
    const secrets = await openSecrets(key, known.sealed)
    if (secrets?.code === code) return { deviceId: known.deviceId, secret: secrets.secret }
  }
  const deviceId = newId()
  const secret = newSecret()
  const sealed = await sealSecrets(key, { code, secret })
  await write(desk, { state: 'requested', serverUrl, deviceId, sealed })
  return { deviceId, secret }
}

const newSecret = (): string => bytesToBase64Url(crypto.getRandomValues(new Uint8Array(secretBytes)))

const sealSecrets = (key: CryptoKey, secrets: Secrets): Promise<Uint8Array<ArrayBuffer>> =>
  seal(key, metaKey, utf8(JSON.stringify(secrets)))

async function openSecrets(key: CryptoKey, sealed: Uint8Array<ArrayBuffer>): Promise<Secrets | null> {
  // Sealed by another key, it is worth nothing: the desk asks with new secrets.
  const opened = await unseal(key, metaKey, sealed).catch(() => null)
  return opened === null ? null : (JSON.parse(new TextDecoder().decode(opened)) as Secrets)
}

async function ask(parts: EnrolmentParts, body: EnrolRequest): Promise<Result<EnrolResponse, ChowkiError>> {
  try {
    const response = await parts.request('/api/enrol', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const answer = (await response.json()) as EnrolResponse & { error?: Partial<WireError> }
    if (!response.ok) return err(toChowkiError(answer.error))
    // Whatever it is that answers at this address: the desk's token is made of this for good.
    const isOurs = checkAgainst(enrolResponseSchema.properties.societyId, answer.societyId).ok
    return isOurs ? ok(answer) : err(chowkiError('network_unreachable'))
  } catch {
    // No network, or no answer of ours: to the person who typed the address it is one thing.
    return err(chowkiError('network_unreachable'))
  }
}

/** `gate.example` means https; another scheme is no server of ours. */
function originOf(typed: string): string | null {
  const address = typed.includes('://') ? typed.trim() : `https://${typed.trim()}`
  if (!URL.canParse(address)) return null
  const url = new URL(address)
  return url.protocol === 'https:' || url.protocol === 'http:' ? url.origin : null
}
