/** The only window. In kiosk mode it is opened again when it is closed by anything but the app's end. */
import { app, BrowserWindow, powerSaveBlocker } from 'electron'
import type { WebFrameMain } from 'electron'
import { kioskOrigin } from '../security/kiosk-origin.ts'
import type { Log } from '../services/log.ts'
import { keepPageAlive } from './page-recovery.ts'
import { retryDelayMs } from './retry-delay.ts'

export interface KioskWindow {
  readonly open: () => void
  readonly show: () => void
  /** The only frame that may ask for anything over IPC. */
  readonly mainFrame: () => WebFrameMain | null
}

interface KioskWindowOptions {
  readonly isKiosk: boolean
  readonly preload: string
  readonly icon: string | null
  readonly log: Log
}

const createWindow = ({ isKiosk, preload, icon }: KioskWindowOptions): BrowserWindow =>
  new BrowserWindow({
    width: 1280,
    height: 800,
    title: 'Chowki',
    kiosk: isKiosk,
    closable: !isKiosk,
    autoHideMenuBar: true,
    backgroundColor: '#efebe4',
    ...(icon === null ? {} : { icon }),
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      disableDialogs: true,
      devTools: !app.isPackaged,
      spellcheck: false,
      // Alarms and uploads go on while the screen shows something else.
      backgroundThrottling: false,
    },
  })

export const createKioskWindow = (options: KioskWindowOptions): KioskWindow => {
  let window: BrowserWindow | null = null
  let isQuitting = false
  let closings = 0

  app.on('before-quit', () => (isQuitting = true))
  // Without a listener Electron quits when the window closes, before it can be opened again.
  app.on('window-all-closed', () => {
    if (isQuitting || !options.isKiosk) app.quit()
  })

  const comeBack = (): void => {
    closings += 1
    options.log.warn('window closed, opening it again')
    setTimeout(() => !isQuitting && open(), retryDelayMs(closings))
  }

  const open = (): void => {
    const opened = createWindow(options)
    window = opened
    const load = (): void => {
      // A failure is reported by did-fail-load, which tries again.
      opened.loadURL(`${kioskOrigin}/`).catch(() => undefined)
    }
    keepPageAlive(opened, load, options.log)
    opened.webContents.on('did-finish-load', () => void opened.webContents.setVisualZoomLevelLimits(1, 1))
    opened.on('closed', () => {
      window = null
      if (!isQuitting && options.isKiosk) comeBack()
    })
    load()
  }

  powerSaveBlocker.start('prevent-display-sleep')
  return {
    open,
    show: () => {
      if (window === null) return
      if (window.isMinimized()) window.restore()
      window.focus()
    },
    mainFrame: () => (window === null || window.isDestroyed() ? null : window.webContents.mainFrame),
  }
}
