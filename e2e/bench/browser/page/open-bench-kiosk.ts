/** The kiosk's data as the product opens it, enrolled and with a guard signed in, and no screen above it. */
import { createObjectId, objectIdRandomBytes } from '@chowki/shared/domain/object-id.ts'
import { openKiosk } from '../../../../renderer/data/kiosk.ts'
import type { Kiosk } from '../../../../renderer/data/kiosk.ts'
import { createKioskViews } from '../../../../renderer/data/kiosk-views.ts'
import { createBrowserPlatform } from '../../../../renderer/platform/browser-platform.ts'

export interface Login {
  readonly name: string
  readonly pin: string
}

export const newObjectId = (): string =>
  createObjectId(Date.now(), crypto.getRandomValues(new Uint8Array(objectIdRandomBytes)))

/** Enrols where the code is not null. Resolves when everybody can be found and the guard is signed in. */
export async function openBenchKiosk(code: string | null, login: Login): Promise<Kiosk> {
  const views = createKioskViews()
  const opened = await openKiosk({
    views,
    platform: createBrowserPlatform(),
    databaseName: 'chowki',
    now: Date.now,
    newId: newObjectId,
  })
  if (!opened.ok) throw new Error(`The kiosk does not open: ${opened.error.message}`)
  const kiosk = opened.value
  if (code !== null) {
    const enrolled = await kiosk.enrol(location.origin, code)
    if (!enrolled.ok) throw new Error(`The kiosk is not enrolled: ${enrolled.error.message}`)
  }
  await kiosk.desk.filling.filled
  const user = [...kiosk.desk.users.values()].find(({ name }) => name === login.name)
  if (user === undefined) throw new Error(`The kiosk knows no guard ${login.name}`)
  const signedIn = await kiosk.signIn(user._id, login.pin)
  if (!signedIn.ok) throw new Error(`The guard is not signed in: ${signedIn.error.message}`)
  return kiosk
}
