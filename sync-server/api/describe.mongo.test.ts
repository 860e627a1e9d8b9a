/** API-10: the description of the resources, judged by a library that is not ours, and against the server. */
import { Validator } from '@seriousme/openapi-schema-validator'
import { collections } from '@chowki/shared/collections/registry.ts'
import type { CollectionName } from '@chowki/shared/collections/registry.ts'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { markSociety } from '../testing/apart/marked-society.ts'
import { apiOf } from '../testing/test-api.ts'
import type { TestApi } from '../testing/test-api.ts'
import { startTestServer } from '../testing/test-server.ts'
import type { TestServer } from '../testing/test-server.ts'
import { actions, mayDo } from './access.ts'

interface Parameter {
  readonly name: string
  readonly in: string
}
interface Operation {
  readonly operationId: string
  readonly parameters?: readonly Parameter[]
  readonly responses: Record<string, { content?: Record<string, { schema: object }> }>
}
interface Description {
  readonly openapi: string
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { readonly schemas: Record<string, object> }
}

let server: TestServer
let api: TestApi
let description: Description
beforeAll(async () => {
  server = await startTestServer()
  await markSociety(server, server.lotus, { mark: 'LotusMark', phonePrefix: '+91700000', seed: 5 })
  api = apiOf(server, server.lotus.societyId)
  description = (await server.app.inject({ url: '/api/openapi.json' })).json<Description>()
})
afterAll(() => server.close())

/** The library keeps what it is given. */
const copyOf = (value: object) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>

const names = Object.keys(collections) as CollectionName[]
const base = '/api/v1/societies/{societyId}'

test('API-10 it is valid OpenAPI 3.1, by a library', async () => {
  const validator = new Validator()
  const judged = await validator.validate(copyOf(description))
  expect(judged.errors ?? []).toEqual([])
  expect([judged.valid, validator.version]).toEqual([true, '3.1'])
  const broken = copyOf({ ...description, paths: { x: { get: 1 } } })
  expect((await new Validator().validate(broken)).valid).toBe(false)
})

test('API-10 it has what may be done with each collection, and nothing that may not', () => {
  for (const name of names) {
    const methods = { list: 'get', create: 'post', get: 'get', patch: 'patch', remove: 'delete' } as const
    for (const action of actions) {
      const end = action === 'list' || action === 'create' ? '' : '/{id}'
      const has = description.paths[`${base}/${name}${end}`]?.[methods[action]] !== undefined
      expect(has, `${action} ${name}`).toBe(mayDo({ kind: 'admin' }, action, name))
    }
  }
  const ids = Object.values(description.paths).flatMap((path) =>
    Object.values(path).flatMap(({ operationId }) => operationId ?? []),
  )
  expect(new Set(ids).size).toBe(ids.length)
})

test('API-10 P7 it says nothing of our own keywords, nor of secrets', () => {
  const text = JSON.stringify(description.components.schemas)
  expect(text).not.toMatch(/"(bson|personal|secret)":(true|")/)
  expect(text).not.toMatch(/password|pinHash|fcmToken|sealed/)
})

test('API-10 the server answers lists and records as it says, in each collection', async () => {
  const ajv = new Ajv2020({ strict: false, allowUnionTypes: true })
  ajv.addSchema({ ...description, $id: 'api' })
  const judge = (path: string, answer: unknown) => {
    const pointer = `#/paths/${path.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D')}`
    const validate = ajv.compile({ $ref: `api${pointer}/get/responses/200/content/application~1json/schema` })
    expect(validate(answer), `${path}: ${JSON.stringify(validate.errors)}`).toBe(true)
  }
  for (const name of names) {
    const { body } = await api.list(`${name}?limit=5`)
    judge(`${base}/${name}`, body)
    expect(body.data.length, name).toBeGreaterThan(0)
    judge(`${base}/${name}/{id}`, (await api.get(`${name}/${body.data[0]?._id}`)).body)
  }
  const broken = { data: [{ nickname: 'x' }], etags: [], next: null }
  expect(() => judge(`${base}/flats`, broken)).toThrow('flats')
})

test('API-10 the page needs no other host, and its policy would refuse one', async () => {
  const page = await server.app.inject({ url: '/api/docs' })
  expect(page.headers['content-type']).toContain('text/html')
  expect(page.body.match(/https?:\/\//g)).toBeNull()
  expect(page.headers['content-security-policy']).toMatch(
    /^default-src 'none'; script-src 'self'; connect-src 'self'/,
  )
  const script = await server.app.inject({ url: '/api/docs/scalar.js' })
  expect(script.headers['content-type']).toContain('text/javascript')
  expect(script.body.length).toBeGreaterThan(1_000_000)
  expect(script.body).toContain('api-reference')
})
