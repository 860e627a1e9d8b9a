import { describe, expect, it } from 'vitest'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import { createIpcAnswer } from './answer.ts'
import type { IpcHandlers } from './answer.ts'

const handlers: IpcHandlers = {
  'secure-store:data-key': async () => ok('A'.repeat(44)),
  'server:enrolled': async () => ok(null),
  'server:choose': async () => ok(null),
  'camera:take': async () => err(chowkiError('camera_busy')),
  'app:launch': async () => ok({ serverUrl: null, enrolmentCode: null, fixedCamera: false }),
  'log:write': async () => ok(null),
  'diagnostics:save': async () => ok({ place: '/home/gate/file.json' }),
  'app:diagnostics': async () => {
    throw new Error('/home/gate/secret path')
  },
}
const answer = createIpcAnswer(handlers)

describe('S4 an IPC request', () => {
  it('is refused, not carried out, when it is not the kiosk’s own', async () => {
    let carriedOut = false
    const watching = createIpcAnswer({
      ...handlers,
      'secure-store:data-key': async () => {
        carriedOut = true
        return ok('A'.repeat(44))
      },
    })
    expect(await watching('secure-store:data-key', false, null)).toMatchObject({
      ok: false,
      error: { code: 'sender_refused' },
    })
    expect(carriedOut).toBe(false)
  })

  it('is carried out when it fits its schema', async () => {
    expect(await answer('secure-store:data-key', true, null)).toEqual(ok('A'.repeat(44)))
    const enrolment = { serverUrl: 'http://127.0.0.1:4700', token: 'x'.repeat(60) }
    expect(await answer('server:enrolled', true, enrolment)).toEqual(ok(null))
  })

  it.each([
    ['server:enrolled', { serverUrl: 'http://a.b', token: 'short' }, 'token'],
    ['server:enrolled', { serverUrl: 'file:///etc/passwd', token: 'x'.repeat(60) }, 'serverUrl'],
    ['server:choose', { serverUrl: 'http://a.b/path' }, 'serverUrl'],
    ['server:choose', { serverUrl: 'http://a.b', extra: 1 }, 'extra'],
    ['server:choose', JSON.parse('{"serverUrl":"http://a.b","__proto__":{"x":1}}') as unknown, '__proto__'],
    ['server:choose', null, 'request'],
    ['server:enrolled', {}, 'serverUrl'],
    ['camera:take', { device: '/dev/video0; rm -rf /' }, 'request'],
    ['secure-store:data-key', undefined, 'request'],
  ] as const)('%s refuses %j and names the field', async (channel, request, field) => {
    const result = await answer(channel, true, request)
    expect(result).toMatchObject({
      ok: false,
      error: { code: 'invalid_request', remedy: expect.any(String) },
    })
    expect(result).toMatchObject({ error: { field } })
  })

  it('P7 does not repeat the offending value', async () => {
    const result = await answer('server:enrolled', true, {
      serverUrl: 'http://a.b/9876543210',
      token: 'hunter2',
    })
    expect(JSON.stringify(result)).not.toMatch(/9876543210|hunter2/)
  })

  it('hands expected errors on and hides the message of a bug', async () => {
    expect(await answer('camera:take', true, null)).toMatchObject({
      ok: false,
      error: { code: 'camera_busy' },
    })
    const bug = await answer('app:diagnostics', true, null)
    expect(bug).toMatchObject({ ok: false, error: { code: 'internal' } })
    expect(JSON.stringify(bug)).not.toContain('secret')
  })

  it('does not let an answer out that its schema does not know', async () => {
    const leaking = createIpcAnswer({ ...handlers, 'secure-store:data-key': async () => ok('too short') })
    expect(await leaking('secure-store:data-key', true, null)).toMatchObject({
      ok: false,
      error: { code: 'internal' },
    })
  })
})
