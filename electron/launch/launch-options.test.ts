import { describe, expect, it } from 'vitest'
import { readLaunchOptions } from './launch-options.ts'

describe('launch options', () => {
  it('fills the screen and asks for everything when nothing is set', () => {
    expect(readLaunchOptions({})).toEqual({
      userData: null,
      serverUrl: null,
      enrolmentCode: null,
      fixedCamera: null,
      isKiosk: true,
      unusable: [],
    })
  })

  it('takes what makes sense', () => {
    expect(
      readLaunchOptions({
        CHOWKI_SERVER_URL: 'HTTPS://Gate.Example:443/',
        CHOWKI_ENROL_CODE: 'ABCD-1234',
        CHOWKI_FIXED_CAMERA: '/dev/video0',
        CHOWKI_KIOSK: '0',
      }),
    ).toMatchObject({
      serverUrl: 'https://gate.example',
      enrolmentCode: 'ABCD-1234',
      fixedCamera: '/dev/video0',
      isKiosk: false,
    })
  })

  it.each([
    ['CHOWKI_SERVER_URL', 'ftp://gate.example'],
    ['CHOWKI_SERVER_URL', 'http://user:secret@gate.example'],
    ['CHOWKI_SERVER_URL', 'http://gate.example/path'],
    ['CHOWKI_SERVER_URL', 'gate.example'],
    ['CHOWKI_ENROL_CODE', 'a b'],
    ['CHOWKI_ENROL_CODE', 'x'.repeat(65)],
    ['CHOWKI_FIXED_CAMERA', '/dev/video0; reboot'],
    ['CHOWKI_FIXED_CAMERA', '/dev/sda'],
  ])('leaves %s=%s out and names it', (name, value) => {
    const options = readLaunchOptions({ [name]: value })
    expect(options).toEqual({ ...readLaunchOptions({}), unusable: [name] })
  })
})
