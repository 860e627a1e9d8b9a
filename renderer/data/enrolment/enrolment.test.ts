import 'fake-indexeddb/auto'
import { afterEach, describe, expect, it } from 'vitest'
import { ok } from '@chowki/shared/errors/result.ts'
import type { EnrolRequest } from '@chowki/shared/protocol/device-api.ts'
import { deriveDeskKeys } from '../desk/keys/desk-keys.ts'
import { openDeskStore } from '../desk/desk-store.ts'
import type { DeskStore } from '../desk/desk-store.ts'
import { id } from '../../testing/desk/sample-documents.ts'
import {
  markReady,
  openRequest,
  readEnrolment,
  requestEnrolment,
  requestEnrolmentAgain,
} from './enrolment.ts'

const serverUrl = 'http://127.0.0.1:4700'
let stores: DeskStore[] = []
let names = 0

/** A server that enrols by the code `K7M29QXD`, and whose reply can be lost. */
function fakeServer() {
  const asked: EnrolRequest[] = []
  const server = { asked, loseReply: false, answer: null as Response | null }
  const request = (_path: string, init: RequestInit): Promise<Response> => {
    const body = JSON.parse(String(init.body)) as EnrolRequest
    asked.push(body)
    if (server.loseReply) return Promise.reject(new TypeError('fetch failed'))
    if (server.answer !== null) return Promise.resolve(server.answer.clone())
    return Promise.resolve(Response.json({ deviceId: body.deviceId, societyId: id(1), gateId: id(2) }))
  }
  return { server, request }
}

const refusal = (status: number, code: string, more: object = {}) =>
  Response.json({ error: { code, message: 'no', remedy: 'no', ...more } }, { status })

async function desk(name = `enrolment-${(names += 1)}`) {
  const store = await openDeskStore(name)
  stores.push(store)
  const keys = await deriveDeskKeys(new Uint8Array(32).fill(1))
  const tokens: string[] = []
  let ids = 0x700
  const { server, request } = fakeServer()
  const parts = {
    desk: store,
    key: keys.desk,
    platform: {
      launch: () => Promise.resolve({ serverUrl: null, enrolmentCode: null, fixedCamera: false }),
      chooseServer: () => Promise.resolve(ok(null)),
      enrolled: (_url: string, token: string) => {
        tokens.push(token)
        return Promise.resolve(ok(null))
      },
    },
    request,
    newId: () => id((ids += 1)),
  }
  return { name, store, parts, server, tokens }
}

afterEach(() => {
  for (const store of stores) store.close()
  stores = []
})

describe('enrolment', () => {
  it('keeps id and secret before it asks, and hands the token to the host', async () => {
    const { parts, server, tokens, store } = await desk()
    const answer = await requestEnrolment(parts, serverUrl, 'k7m2-9qxd')
    expect(answer).toEqual({ ok: true, value: { deviceId: id(0x701) } })
    expect(server.asked[0]).toMatchObject({ code: 'K7M29QXD', deviceId: id(0x701) })
    expect(server.asked[0]?.secret).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(tokens).toEqual([`v2.${id(1)}.${id(0x701)}.${server.asked[0]?.secret}`])
    expect(await readEnrolment(store)).toEqual({
      state: 'accepted',
      deviceId: id(0x701),
      serverUrl,
      societyId: id(1),
    })
    await markReady(store)
    expect((await readEnrolment(store)).state).toBe('ready')
  })

  it('P2 asks again with the same id and secret after a lost reply, also after a restart', async () => {
    const first = await desk()
    first.server.loseReply = true
    expect(await requestEnrolment(first.parts, serverUrl, 'K7M29QXD')).toMatchObject({
      ok: false,
      error: { code: 'network_unreachable' },
    })
    first.store.close()
    const second = await desk(first.name)
    expect(await openRequest(second.parts)).toEqual({ serverUrl, code: 'K7M29QXD' })
    await requestEnrolment(second.parts, serverUrl, 'K7M29QXD')
    expect(second.server.asked[0]).toEqual(first.server.asked[0])
  })

  it('P7 keeps neither code nor secret readable, and the secret no longer than needed', async () => {
    const { parts, server, store } = await desk()
    server.loseReply = true
    await requestEnrolment(parts, serverUrl, 'K7M29QXD')
    const lying = JSON.stringify(await store.database.table('meta').toArray())
    expect(lying).not.toContain('K7M29QXD')
    expect(lying).not.toContain(server.asked[0]?.secret)
    server.loseReply = false
    await requestEnrolment(parts, serverUrl, 'K7M29QXD')
    expect(await readEnrolment(store)).not.toHaveProperty('sealed')
  })

  it.each([
    [401, 'enrolment_code_invalid'],
    [410, 'enrolment_code_expired'],
    [409, 'enrolment_code_used'],
  ])('after a refusal by %i %s the next code gets a new id', async (status, code) => {
    const { parts, server, store } = await desk()
    server.answer = refusal(status, code)
    expect(await requestEnrolment(parts, serverUrl, 'K7M29QXD')).toMatchObject({ ok: false, error: { code } })
    expect(await readEnrolment(store)).toEqual({ state: 'none' })
    server.answer = null
    await requestEnrolment(parts, serverUrl, 'AAAABBBB')
    expect(server.asked[1]?.deviceId).not.toBe(server.asked[0]?.deviceId)
    expect(server.asked[1]?.secret).not.toBe(server.asked[0]?.secret)
  })

  it('keeps what it asked with when the server is busy, and says how long to wait', async () => {
    const { parts, server, store } = await desk()
    server.answer = refusal(429, 'too_many_attempts', { retryAfterMs: 7_000 })
    expect(await requestEnrolment(parts, serverUrl, 'K7M29QXD')).toMatchObject({
      ok: false,
      error: { code: 'too_many_attempts', retryAfterMs: 7_000 },
    })
    expect((await readEnrolment(store)).state).toBe('requested')
  })

  it.each([
    ['no society', { gateId: id(2) }],
    ['a society that is no id', { societyId: 'x.y', gateId: id(2) }],
  ])('bad input: keeps no token from an answer with %s, and asks the same again', async (_what, more) => {
    const { parts, server, tokens, store } = await desk()
    server.answer = Response.json({ deviceId: id(0x701), ...more })
    expect(await requestEnrolment(parts, serverUrl, 'K7M29QXD')).toMatchObject({
      ok: false,
      error: { code: 'network_unreachable' },
    })
    expect(tokens).toEqual([])
    expect((await readEnrolment(store)).state).toBe('requested')
    server.answer = null
    expect(await requestEnrolment(parts, serverUrl, 'K7M29QXD')).toMatchObject({ ok: true })
    expect(server.asked[1]).toEqual(server.asked[0])
  })

  it('FAULT-6 P2 an enrolled desk asks again under its id, and with the same secret after a lost reply', async () => {
    const { parts, server, tokens, store } = await desk()
    await requestEnrolment(parts, serverUrl, 'K7M29QXD')
    await markReady(store)
    server.loseReply = true
    expect(await requestEnrolmentAgain(parts, 'AAAABBBB', null)).toMatchObject({ ok: false })
    expect(await readEnrolment(store)).toMatchObject({ state: 'ready' })
    server.loseReply = false
    expect(await requestEnrolmentAgain(parts, 'AAAABBBB', null)).toEqual({ ok: true, value: null })
    const [first, lost, again] = server.asked
    expect(lost).toEqual(again)
    expect(again).toMatchObject({ deviceId: first?.deviceId, societyId: id(1) })
    expect(again?.secret).not.toBe(first?.secret)
    expect(tokens.at(-1)).toBe(`v2.${id(1)}.${id(0x701)}.${again?.secret}`)
    expect(await readEnrolment(store)).toEqual({
      state: 'ready',
      deviceId: id(0x701),
      serverUrl,
      societyId: id(1),
    })
  })

  it('FAULT-6 a desk whose new code was refused stays what it was', async () => {
    const { parts, server, tokens, store } = await desk()
    await requestEnrolment(parts, serverUrl, 'K7M29QXD')
    await markReady(store)
    server.answer = refusal(409, 'enrolment_code_foreign')
    expect(await requestEnrolmentAgain(parts, 'AAAABBBB', id(1))).toMatchObject({
      ok: false,
      error: { code: 'enrolment_code_foreign' },
    })
    expect(tokens).toHaveLength(1)
    expect(await readEnrolment(store)).toMatchObject({ state: 'ready', deviceId: id(0x701) })
  })

  it.each([
    ['K7M2', serverUrl, 'enrolment_code_invalid', 'code'],
    ['K7M29QXD', 'ftp://somewhere', 'invalid_request', 'serverUrl'],
    ['K7M29QXD', 'http://', 'invalid_request', 'serverUrl'],
  ])('refuses code %s at %s before anything is sent', async (code, url, errorCode, field) => {
    const { parts, server } = await desk()
    expect(await requestEnrolment(parts, url, code)).toMatchObject({
      ok: false,
      error: { code: errorCode, field },
    })
    expect(server.asked).toEqual([])
  })
})
