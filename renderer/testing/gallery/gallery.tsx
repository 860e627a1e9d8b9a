/**
 * Every screen on fake data, for screenshots and for the tests that measure them. A build of its own
 * (`vite build --mode gallery`): nothing of it is in the product.
 */
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import { createFakeKioskData } from '../fake-kiosk-data.ts'
import type { FakeOptions, FakeVariant } from '../fake-kiosk-data.ts'
import type { Guard, KioskData, KioskStage, Live } from '../../data/kiosk-data.ts'
import type { KioskPlatform } from '../../platform/platform.ts'
import { capturePhoto } from '../../data/photos/photo-capture.ts'
import { useDeskStore } from '../../kiosk/features/desk/desk-store.ts'
import { deskScreens } from '../../kiosk/features/desk/desk-store.ts'
import { changeLanguage, languages } from '../../i18n/i18n.ts'
import type { ScreenParts } from '../../kiosk/kiosk-context.ts'
import { themeChoices, usePreferences } from '../../kiosk/preferences.ts'
import { cameraFaults, openPaintedCamera } from './painted-camera.ts'
import { startApp } from '../../kiosk/start-app.tsx'

const asked = new URLSearchParams(globalThis.location.search)
const oneOf = <T extends string>(values: readonly T[], name: string): T | undefined =>
  values.find((value) => value === asked.get(name))

const variants: readonly FakeVariant[] = ['online', 'offline', 'quarantine', 'revoked', 'empty']
const starts = ['unenrolled', 'signedOut', 'signedIn'] as const satisfies readonly FakeOptions['start'][]

const fixed = <T,>(value: T): Live<T> => ({ current: () => value, subscribe: () => () => undefined })

/** Stages that the fake never stands still in. */
const stillStages: Readonly<Record<string, KioskStage>> = {
  opening: { stage: 'opening' },
  enrolling: { stage: 'enrolling', done: 3, total: 9 },
  failed: { stage: 'failed', error: chowkiError('secure_store_unavailable') },
}

function galleryData(): KioskData {
  const variant = oneOf(variants, 'fake') ?? 'online'
  const data = createFakeKioskData({
    variant,
    start: oneOf(starts, 'start') ?? 'signedIn',
    isDiskFull: asked.has('fulldisk'),
    isInTwice: asked.has('twice'),
  })
  const still = stillStages[asked.get('stage') ?? '']
  const guards = data.guards.current()
  const locked = guards.map((guard, n) => ({
    ...guard,
    lockedUntil: n === 1 ? performance.now() + 95_000 : null,
  }))
  const site = data.site.current()
  const strict =
    asked.has('asks') && site !== null ? { ...site, asksTemperature: true, asksMask: true } : site
  return {
    ...data,
    ...(still === undefined ? {} : { stage: fixed(still) }),
    ...(asked.has('crowd') ? { guards: fixed(crowdOf(guards)) } : {}),
    ...(asked.has('locked') ? { guards: fixed(locked) } : {}),
    ...(asked.has('supervisors') ? { guards: fixed(supervisorsOf(guards)) } : {}),
    ...(strict === site ? {} : { site: fixed(strict) }),
    ...(asked.has('refuses')
      ? { letIn: () => Promise.resolve(err(chowkiError('device_storage_failed'))) }
      : {}),
  }
}

const crowdOf = (guards: readonly Guard[]): readonly Guard[] =>
  ['a', 'b', 'c'].flatMap((shift) => guards.map((guard) => ({ ...guard, userId: shift + guard.userId })))

const supervisorsOf = (guards: readonly Guard[]): readonly Guard[] =>
  guards.map((guard, n) => ({ ...guard, isSupervisor: n > 1 }))

const galleryPlatform: KioskPlatform = {
  kind: 'electron',
  dataKey: () => Promise.resolve(err(chowkiError('secure_store_unavailable'))),
  launch: () =>
    Promise.resolve({
      serverUrl: asked.get('server'),
      enrolmentCode: asked.get('code'),
      fixedCamera: asked.has('fixed'),
    }),
  log: () => undefined,
  saveDiagnostics: () => Promise.resolve(err(chowkiError('device_storage_failed'))),
  diagnostics: () =>
    Promise.resolve({
      appVersion: '0.1.0',
      electronVersion: '45.0.0',
      chromiumVersion: '156.0.7900.12',
      keyStore: 'gnome-libsecret',
      fixedCamera: asked.has('fixed') ? '/dev/video0' : null,
      serverUrl: 'https://chowki.lotus-heights.example',
      freeDiskBytes: 21_400_000_000,
    }),
  chooseServer: () => Promise.resolve(ok(null)),
  enrolled: () => Promise.resolve(ok(null)),
  api: () => Promise.reject(new TypeError('The gallery has no server')),
  takeFixedPicture: () => Promise.resolve(err(chowkiError('camera_not_found'))),
}

/** `?slowcamera=1200`: a picture takes that many milliseconds. */
const slowly =
  (take: ScreenParts['capturePhoto']): ScreenParts['capturePhoto'] =>
  async (source) => {
    await new Promise((resolve) => setTimeout(resolve, Number(asked.get('slowcamera') ?? 0)))
    return take(source)
  }

async function openGallery(): Promise<void> {
  const data = galleryData()
  const launch = await galleryPlatform.launch()
  // As the data does it by itself: nobody has to type what the shell was started with.
  if (launch.serverUrl !== null && launch.enrolmentCode !== null)
    void data.enrol(launch.serverUrl, launch.enrolmentCode)
  const kiosk: ScreenParts = {
    data,
    platform: galleryPlatform,
    launch,
    capturePhoto: slowly(capturePhoto),
    openCamera: asked.has('nocamera')
      ? () => Promise.reject(new Error('No camera'))
      : () => openPaintedCamera(oneOf(cameraFaults, 'camera')),
    now: Date.now,
  }
  // What the other gate does, a test does here.
  Object.assign(globalThis, { galleryData: data })
  usePreferences.getState().setTheme(oneOf(themeChoices, 'theme') ?? 'light')
  usePreferences.getState().setSound(false)
  startApp(kiosk)
  changeLanguage(oneOf(languages, 'language') ?? 'en')
  const screen = oneOf(deskScreens, 'screen')
  if (screen !== undefined) requestAnimationFrame(() => useDeskStore.getState().go(screen))
}

void openGallery()
