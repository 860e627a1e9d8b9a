/** The kiosk's data as the product opens it, enrolled and with a guard signed in, and no screen above it. */
import { createObjectId, objectIdRandomBytes } from '@chowki/shared/domain/object-id.ts'
import { createLive } from '../../../../renderer/data/desk/live.ts'
import type { DiskState } from '../../../../renderer/data/kiosk-data.ts'
import { openKiosk } from '../../../../renderer/data/kiosk.ts'
import type { OpenKiosk } from '../../../../renderer/data/kiosk.ts'
import { createKioskViews } from '../../../../renderer/data/kiosk-views.ts'
import { createBrowserPlatform } from '../../../../renderer/platform/browser-platform.ts'

export interface Login {
  readonly name: string
  readonly pin: string
}

const newObjectId = (): string =>
  createObjectId(Date.now(), crypto.getRandomValues(new Uint8Array(objectIdRandomBytes)))

/** As the product opens it: resolves when the desk's lists are there, and awaits no network. */
export async function openKioskHere(): Promise<OpenKiosk> {
  const opened = await openKiosk({
    report: () => undefined,
    disk: createLive<DiskState>('good'),
    onDiskLost: () => undefined,
    views: createKioskViews(),
    platform: createBrowserPlatform(),
    databaseName: 'chowki',
    now: Date.now,
    newId: newObjectId,
  })
  if (!opened.ok) throw new Error(`The kiosk does not open: ${opened.error.message}`)
  return opened.value
}

/** Resolves when everybody can be found and the guard is signed in. */
export async function enrolBenchKiosk(code: string, login: Login): Promise<OpenKiosk> {
  const kiosk = await openKioskHere()
  const enrolled = await kiosk.enrol(location.origin, code)
  if (!enrolled.ok) throw new Error(`The kiosk is not enrolled: ${enrolled.error.message}`)
  await kiosk.desk.filling.filled
  const user = [...kiosk.desk.users.values()].find(({ name }) => name === login.name)
  if (user === undefined) throw new Error(`The kiosk knows no guard ${login.name}`)
  const signedIn = await kiosk.signIn(user._id, login.pin)
  if (!signedIn.ok) throw new Error(`The guard is not signed in: ${signedIn.error.message}`)
  return kiosk
}
