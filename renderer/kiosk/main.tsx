/** Platform, then data, then screens. */
import { openKioskData } from '../data/open-kiosk-data.ts'
import { capturePhoto } from '../data/photos/photo-capture.ts'
import { createPlatform } from '../platform/create-platform.ts'
import { openCamera, startApp } from './start-app.tsx'

const platform = createPlatform()
/** Without it nobody is spared typing, but everything else works. */
const plainLaunch = { serverUrl: null, enrolmentCode: null, fixedCamera: false }

startApp({
  data: openKioskData({ platform }),
  platform,
  // Without it nobody is spared typing; the shell has logged why.
  launch: await platform.launch().catch(() => plainLaunch),
  capturePhoto,
  openCamera,
  now: Date.now,
})
