import { describe, expect, it } from 'vitest'
import { isPermitted } from './permissions.ts'

describe('S5 permissions', () => {
  const own = 'chowki://kiosk/'
  it.each([
    ['media', own, ['video'], true],
    ['media', own, ['audio'], false],
    ['media', own, ['video', 'audio'], false],
    ['media', own, [], false],
    ['media', 'https://evil.example/', ['video'], false],
    ['persistent-storage', own, [], true],
    ['persistent-storage', 'https://evil.example/', [], false],
    ['geolocation', own, [], false],
    ['notifications', own, [], false],
    ['clipboard-read', own, [], false],
    ['usb', own, [], false],
    ['openExternal', own, [], false],
  ])('%s for %s with %j -> %s', (permission, url, mediaTypes, expected) =>
    expect(isPermitted(permission, url, mediaTypes)).toBe(expected),
  )
})
