/** What the shell is started with. Values that make no sense are left out and named, so that the kiosk still starts. */
import { isCameraDevice } from '../services/camera.ts'
import { toServerOrigin } from '../services/server-address.ts'

export interface LaunchOptions {
  /** Folder of the profile: records, photos and keys; null for the system's usual place. */
  readonly userData: string | null
  readonly serverUrl: string | null
  readonly enrolmentCode: string | null
  readonly fixedCamera: string | null
  /** Fills the screen and cannot be left; false gives a plain window. */
  readonly isKiosk: boolean
  /** Names of variables whose value was not usable. */
  readonly unusable: readonly string[]
}

export const readLaunchOptions = (
  environment: Readonly<Record<string, string | undefined>>,
): LaunchOptions => {
  const unusable: string[] = []
  const take = (name: string, parse: (text: string) => string | null): string | null => {
    const text = environment[name]
    if (text === undefined || text === '') return null
    const value = parse(text)
    if (value === null) unusable.push(name)
    return value
  }
  return {
    userData: take('CHOWKI_USER_DATA', (text) => text),
    serverUrl: take('CHOWKI_SERVER_URL', toServerOrigin),
    enrolmentCode: take('CHOWKI_ENROL_CODE', (text) => (/^[A-Za-z0-9-]{1,64}$/.test(text) ? text : null)),
    fixedCamera: take('CHOWKI_FIXED_CAMERA', (text) => (isCameraDevice(text) ? text : null)),
    isKiosk: environment['CHOWKI_KIOSK'] !== '0',
    unusable,
  }
}
