/** The shell's table of contents: what is done before the app is ready, what after, and out of which parts. */
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app, session } from 'electron'
import { createIpcHandlers } from './ipc/handlers.ts'
import { registerIpc } from './ipc/register.ts'
import { readLaunchOptions } from './launch/launch-options.ts'
import { debuggerAttached, refuseDebugging } from './launch/debugging.ts'
import { restartOnFailure } from './launch/restart-on-failure.ts'
import { applyProfile, claimSingleInstance, preferKeyring } from './launch/profile.ts'
import { createApiForwarder } from './security/api-forwarding.ts'
import { registerKioskScheme, serveKiosk } from './security/kiosk-protocol.ts'
import { createPageFiles } from './security/page-files.ts'
import { restrictProcess, restrictSession } from './security/restrictions.ts'
import { createFixedCamera, removeForgottenPictures } from './services/camera.ts'
import { createSaveDiagnostics } from './services/diagnostics-file.ts'
import { createDiskReserve } from './services/disk-reserve.ts'
import { freeDiskBytes } from './services/disk-space.ts'
import { createKeyring } from './services/keyring.ts'
import { createLogFile } from './services/log-file.ts'
import type { LogFile } from './services/log-file.ts'
import { createLog } from './services/log.ts'
import { createPageLog } from './services/page-log.ts'
import { createSecureStore } from './services/secure-store.ts'
import { createServerLink } from './services/server-link.ts'
import { createServerSession } from './services/server-session.ts'
import { trimTornLogs } from './services/torn-logs.ts'
import { createKioskWindow } from './window/kiosk-window.ts'

const options = readLaunchOptions(process.env)
/** Made at the first line: the profile's folder is chosen before. */
let logFile: LogFile | null = null
const openLog = (): LogFile => (logFile ??= createLogFile({ folder: join(app.getPath('userData'), 'log') }))
const log = createLog(
  (line) => {
    process.stderr.write(line)
    openLog().write(line)
  },
  () => new Date(),
)
const pictureFolders = ['/dev/shm', tmpdir(), '/tmp']
const minuteMs = 60_000
const reserveLookMs = 2_000

const createParts = () => {
  const profile = app.getPath('userData')
  const secureStore = createSecureStore({
    folder: join(profile, 'secure'),
    keyring: createKeyring(process.platform),
    randomBytes,
    keyringTimeoutMs: minuteMs,
  })
  return {
    secureStore,
    serverLink: createServerLink(secureStore, options.serverUrl),
    camera: createFixedCamera({
      device: options.fixedCamera,
      folders: pictureFolders,
      timeoutMs: 10_000,
      skipFrames: 4,
    }),
    versions: {
      app: app.getVersion(),
      electron: process.versions.electron,
      chromium: process.versions['chrome'] ?? '',
    },
    freeDiskBytes: () => freeDiskBytes(profile),
    writeLog: createPageLog(log, Date.now),
    saveDiagnostics: createSaveDiagnostics({
      folder: () => app.getPath('downloads'),
      logFile: openLog,
      log,
      now: () => new Date(),
    }),
    kioskWindow: createKioskWindow({
      isKiosk: options.isKiosk,
      preload: join(import.meta.dirname, 'preload.cjs'),
      icon: join(import.meta.dirname, 'icon.png'),
      log,
    }),
  }
}

const start = async (parts: ReturnType<typeof createParts>): Promise<void> => {
  restrictSession(session.defaultSession)
  serveKiosk(session.defaultSession, {
    page: createPageFiles(join(import.meta.dirname, '../../renderer/dist')),
    api: createApiForwarder({
      target: parts.serverLink.target,
      fetchUpstream: createServerSession(),
      answerTimeoutMs: 2 * minuteMs,
      idleTimeoutMs: minuteMs,
    }),
  })
  registerIpc(createIpcHandlers({ options, ...parts }), parts.kioskWindow.mainFrame, log)
  await mayOpen
  await readyStorage()
  parts.kioskWindow.open()
  void removeForgottenPictures(pictureFolders, minuteMs, Date.now())
}

/** A full disk is given back some room before anything else wants to write to it. */
const keepReserve = (): void => {
  const profile = app.getPath('userData')
  const reserve = createDiskReserve({ folder: profile, freeBytes: () => freeDiskBytes(profile), log })
  reserve.look()
  setInterval(reserve.look, reserveLookMs).unref()
}

/** Before any page: its storage is opened with it. A log that cannot be trimmed may still be whole. */
const readyStorage = async (): Promise<void> => {
  try {
    const trimmed = await trimTornLogs(app.getPath('sessionData'))
    for (const name of trimmed) log.warn('cut off what a power cut had left half written', { name })
  } catch (error) {
    log.error('logs of the page’s storage could not be looked at', { reason: String(error) })
  }
}

restartOnFailure(log)
applyProfile(options)
for (const name of options.unusable) log.warn('ignored a setting that makes no sense', { name })
keepReserve()
preferKeyring(process.env)
restrictProcess(log)
registerKioskScheme()
refuseDebugging()
const mayOpen = debuggerAttached()

let parts: ReturnType<typeof createParts> | null = null
if (claimSingleInstance(log, () => parts?.kioskWindow.show())) {
  void app.whenReady().then(() => {
    parts = createParts()
    return start(parts)
  })
} else {
  app.exit(1)
}
