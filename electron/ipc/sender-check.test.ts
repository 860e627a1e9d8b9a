import { describe, expect, it } from 'vitest'
import { isKioskSender } from './sender-check.ts'
import type { SenderFrame } from './sender-check.ts'

const kiosk: SenderFrame = { url: 'chowki://kiosk/', parent: null, processId: 4, routingId: 1 }

describe('S4 the sender of an IPC request', () => {
  it.each([
    ['the kiosk’s page', kiosk, kiosk, true],
    ['another screen of it', { ...kiosk, url: 'chowki://kiosk/inside' }, kiosk, true],
    ['a frame that is gone', null, kiosk, false],
    ['anyone while there is no window', kiosk, null, false],
    ['a frame inside the page', { ...kiosk, parent: kiosk, routingId: 2 }, kiosk, false],
    ['another window', { ...kiosk, processId: 5 }, kiosk, false],
    ['the window once it shows a stranger', { ...kiosk, url: 'https://evil.example/' }, kiosk, false],
    ['a blank page', { ...kiosk, url: 'about:blank' }, kiosk, false],
    ['a page that is named alike', { ...kiosk, url: 'chowki://kiosk.evil/' }, kiosk, false],
  ])('%s', (_who, sender, own, expected) => expect(isKioskSender(sender, own)).toBe(expected))
})
