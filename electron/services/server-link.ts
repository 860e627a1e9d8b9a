/**
 * Which server `/api/` goes to. A token belongs to the origin that it was enrolled with: choosing another server
 * leaves the token behind, so that no page can have it sent elsewhere, and until the new enrolment is done the
 * old one is what a restart finds.
 */
import Type from 'typebox'
import { Check } from 'typebox/value'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import type { ServerTarget } from '../security/api-forwarding.ts'
import { toServerOrigin } from './server-address.ts'
import type { SecureStore } from './secure-store.ts'

const enrolmentSchema = Type.Object(
  {
    origin: Type.String({ minLength: 8, maxLength: 2048 }),
    token: Type.String({ minLength: 16, maxLength: 256 }),
  },
  { additionalProperties: false },
)

/** Printable and without blanks, so that it can be a header's value and nothing more. */
const tokenPattern = /^[\x21-\x7e]{16,256}$/

export interface ServerLink {
  readonly target: () => Promise<Result<ServerTarget | null, ChowkiError>>
  readonly choose: (serverUrl: string) => Promise<Result<null, ChowkiError>>
  readonly enrolled: (serverUrl: string, token: string) => Promise<Result<null, ChowkiError>>
}

const parseEnrolment = (text: string): ServerTarget | null => {
  try {
    const value: unknown = JSON.parse(text)
    return Check(enrolmentSchema, value) && toServerOrigin(value.origin) === value.origin ? value : null
  } catch {
    // Half written or another's: as if never enrolled.
    return null
  }
}

const badAddress = err(
  chowkiError('invalid_request', {
    field: 'serverUrl',
    message: 'A server is named by http:// or https:// and a host.',
  }),
)

/**
 * `launchServerUrl` comes from whoever starts the shell: it names the server before enrolment, and afterwards it
 * says where the enrolled server has moved to.
 */
export const createServerLink = (
  store: Pick<SecureStore, 'read' | 'write'>,
  launchServerUrl: string | null,
): ServerLink => {
  let known: ServerTarget | null = null

  const load = async (): Promise<Result<ServerTarget | null, ChowkiError>> => {
    const stored = await store.read('server')
    if (!stored.ok) return stored
    const fallback = launchServerUrl === null ? null : { origin: launchServerUrl, token: null }
    if (stored.value === null) return ok(fallback)
    const enrolment = parseEnrolment(stored.value)
    if (enrolment === null) return err(chowkiError('secure_store_unavailable'))
    return ok({ ...enrolment, origin: launchServerUrl ?? enrolment.origin })
  }

  const target: ServerLink['target'] = async () => {
    if (known !== null) return ok(known)
    const loaded = await load()
    if (loaded.ok) known ??= loaded.value
    return loaded
  }

  return {
    target,
    choose: async (serverUrl) => {
      const origin = toServerOrigin(serverUrl)
      if (origin === null) return badAddress
      const current = await target()
      if (!current.ok) return current
      if (current.value?.origin !== origin) known = { origin, token: null }
      return ok(null)
    },
    enrolled: async (serverUrl, token) => {
      const origin = toServerOrigin(serverUrl)
      if (origin === null) return badAddress
      if (!tokenPattern.test(token)) return err(chowkiError('invalid_request', { field: 'token' }))
      const written = await store.write('server', JSON.stringify({ origin, token }))
      if (written.ok) known = { origin, token }
      return written
    },
  }
}
