import { describe, expect, it } from 'vitest'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { createServerLink } from './server-link.ts'

const token = '0123456789abcdef01234567.abcdefghijklmnopqrstuvwxyz'

/** A store whose disk outlives the shell. */
const diskStore = () => {
  let secret: string | null = null
  let isLocked = false
  return {
    lock: (locked: boolean) => (isLocked = locked),
    put: (text: string) => (secret = text),
    read: async (): Promise<Result<string | null, ChowkiError>> =>
      isLocked ? err(chowkiError('secure_store_unavailable')) : ok(secret),
    write: async (_name: string, text: string): Promise<Result<null, ChowkiError>> => {
      if (isLocked) return err(chowkiError('secure_store_unavailable'))
      secret = text
      return ok(null)
    },
  }
}

describe('S2 the server that /api/ goes to', () => {
  it('is none, then the chosen one without a token, then the enrolled one, also after a restart', async () => {
    const disk = diskStore()
    const link = createServerLink(disk, null)
    expect(await link.target()).toEqual(ok(null))
    await link.choose('http://127.0.0.1:4700')
    expect(await link.target()).toEqual(ok({ origin: 'http://127.0.0.1:4700', token: null }))
    await link.enrolled('http://127.0.0.1:4700', token)
    const enrolled = ok({ origin: 'http://127.0.0.1:4700', token })
    expect(await link.target()).toEqual(enrolled)
    expect(await createServerLink(disk, null).target()).toEqual(enrolled)
  })

  it('never gets the token of another: choosing anew leaves it behind', async () => {
    const disk = diskStore()
    const link = createServerLink(disk, null)
    await link.enrolled('https://gate.example', token)
    await link.choose('https://evil.example')
    expect(await link.target()).toEqual(ok({ origin: 'https://evil.example', token: null }))
    expect(await createServerLink(disk, null).target()).toEqual(ok({ origin: 'https://gate.example', token }))
  })

  it('keeps the token when the same server is chosen again', async () => {
    const link = createServerLink(diskStore(), null)
    await link.enrolled('https://gate.example', token)
    await link.choose('https://GATE.example:443')
    expect(await link.target()).toEqual(ok({ origin: 'https://gate.example', token }))
  })

  it('moves with the address that the shell was started with', async () => {
    const disk = diskStore()
    expect(await createServerLink(disk, 'http://127.0.0.1:1').target()).toEqual(
      ok({ origin: 'http://127.0.0.1:1', token: null }),
    )
    await createServerLink(disk, null).enrolled('http://127.0.0.1:1', token)
    expect(await createServerLink(disk, 'http://127.0.0.1:2').target()).toEqual(
      ok({ origin: 'http://127.0.0.1:2', token }),
    )
  })

  it.each(['ftp://a.b', 'javascript:alert(1)', 'http://a.b/x', 'http://u:p@a.b', 'http://a.b?x', 'a.b', ''])(
    'is not %s',
    async (address) => {
      const link = createServerLink(diskStore(), null)
      const refused = { ok: false, error: { code: 'invalid_request', field: 'serverUrl' } }
      expect(await link.choose(address)).toMatchObject(refused)
      expect(await link.enrolled(address, token)).toMatchObject(refused)
      expect(await link.target()).toEqual(ok(null))
    },
  )

  it.each(['with space and more text', 'line\r\nhost: evil.example', 'ünïcödé-ünïcödé-ünïcödé', 'short'])(
    'takes no token that could be more than a header’s value: %j',
    async (bad) => {
      const link = createServerLink(diskStore(), null)
      expect(await link.enrolled('http://a.b', bad)).toMatchObject({ ok: false, error: { field: 'token' } })
    },
  )

  it('S7 is unknown, not unchosen, while the key store is locked, and known again afterwards', async () => {
    const disk = diskStore()
    await createServerLink(disk, null).enrolled('http://a.b', token)
    disk.lock(true)
    const link = createServerLink(disk, null)
    expect(await link.target()).toMatchObject({ ok: false, error: { code: 'secure_store_unavailable' } })
    expect(await link.choose('http://c.d')).toMatchObject({ ok: false })
    expect(await link.enrolled('http://c.d', token)).toMatchObject({ ok: false })
    disk.lock(false)
    expect(await link.target()).toEqual(ok({ origin: 'http://a.b', token }))
  })

  it('S7 gives an error for a stored enrolment that makes no sense', async () => {
    const disk = diskStore()
    for (const text of ['{"origin":"file:///","token":"0123456789abcdef"}', '[]']) {
      disk.put(text)
      expect(await createServerLink(disk, null).target()).toMatchObject({
        ok: false,
        error: { code: 'secure_store_unavailable' },
      })
    }
    disk.put('{')
    expect(await createServerLink(disk, null).target()).toMatchObject({
      ok: false,
      error: { code: 'secure_store_unavailable' },
    })
  })
})
