/** The resources of a test server, as its admin asks for them. */
import type { InjectOptions } from 'fastify'
import type { TestServer } from './test-server.ts'
import { newId } from './test-society.ts'

export interface ApiAnswer<T = Record<string, unknown>> {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: T
}

export type Row = Record<string, unknown> & { readonly _id: string }

export interface ListBody {
  readonly data: Row[]
  readonly etags: string[]
  readonly next: string | null
  readonly included?: Record<string, Row[]>
}

export interface ProblemBody {
  readonly type: string
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly remedy: string
  readonly field?: string
  readonly allowed?: string[]
}

type Headers = Record<string, string>

export function apiOf(server: TestServer, societyId: string) {
  async function send<T = Record<string, unknown>>(
    path: string,
    options: InjectOptions = {},
  ): Promise<ApiAnswer<T>> {
    const answer = await server.app.inject({
      ...options,
      url: `/api/v1/societies/${societyId}/${path}`,
      headers: { authorization: `Bearer ${server.adminKey}`, ...options.headers },
    })
    const body = answer.body === '' ? {} : (answer.json() as unknown)
    return { status: answer.statusCode, headers: answer.headers, body: body as T }
  }
  return {
    send,
    get: <T = { data: Row; included?: Record<string, Row[]> }>(path: string, headers: Headers = {}) =>
      send<T>(path, { headers }),
    list: (path: string) => send<ListBody>(path),
    post: <T = { data: Row }>(path: string, payload: object, headers: Headers = {}) =>
      send<T>(path, { method: 'POST', payload, headers: { 'idempotency-key': newId(), ...headers } }),
    patch: <T = { data: Row }>(path: string, payload: object, headers: Headers = {}) =>
      send<T>(path, { method: 'PATCH', payload, headers }),
    remove: (path: string, headers: Headers = {}) => send(path, { method: 'DELETE', headers }),
  }
}

export type TestApi = ReturnType<typeof apiOf>

/** `path` has a query already, if only `?limit=…`. */
export async function listAll(
  api: TestApi,
  path: string,
  meanwhile: (page: number) => Promise<void> = async () => {},
): Promise<Row[]> {
  const rows: Row[] = []
  for (let page = 0, cursor = ''; ; page += 1) {
    const { status, body } = await api.list(`${path}${cursor === '' ? '' : `&cursor=${cursor}`}`)
    if (status !== 200) throw new Error(`no page: ${JSON.stringify(body)}`)
    rows.push(...body.data)
    if (body.next === null) return rows
    cursor = body.next
    await meanwhile(page)
  }
}
