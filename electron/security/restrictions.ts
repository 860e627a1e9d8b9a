/** What the shell refuses, whatever the page asks for. */
import { app, Menu } from 'electron'
import type { Session } from 'electron'
import { isKioskUrl } from './kiosk-origin.ts'
import { isPermitted } from './permissions.ts'
import type { Log } from '../services/log.ts'

const quietSwitches = [
  'disable-background-networking',
  'disable-component-update',
  'disable-domain-reliability',
  'disable-sync',
  'no-pings',
] as const

/** Before the app is ready. */
export const restrictProcess = (log: Log): void => {
  // As root Chromium's sandbox cannot start at all; who passes --no-sandbox (a container, CI) has decided.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
  for (const name of quietSwitches) app.commandLine.appendSwitch(name)
  // Without a menu there are no accelerators either: no reload, no zoom, no developer tools.
  Menu.setApplicationMenu(null)
  app.on('certificate-error', (event, _contents, _url, error, _certificate, callback) => {
    event.preventDefault()
    callback(false)
    log.warn('certificate refused', { error })
  })
  app.on('login', (event) => event.preventDefault())
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => event.preventDefault())
    contents.on('will-frame-navigate', (event) => event.preventDefault())
    contents.on('will-redirect', (event) => event.preventDefault())
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
    contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp')
  })
}

export const restrictSession = (session: Session): void => {
  session.setPermissionRequestHandler((_contents, permission, callback, details) => {
    const mediaTypes = 'mediaTypes' in details ? (details.mediaTypes ?? []) : []
    callback(details.isMainFrame && isPermitted(permission, details.requestingUrl, mediaTypes))
  })
  session.setPermissionCheckHandler((_contents, permission, origin, details) =>
    isPermitted(permission, origin, details.mediaType === undefined ? [] : [details.mediaType]),
  )
  session.setDevicePermissionHandler(() => false)
  session.setSpellCheckerEnabled(false)
  // The page's session never touches a network: what it needs comes through its own scheme.
  session.webRequest.onBeforeRequest((details, callback) => {
    const own =
      isKioskUrl(details.url) ||
      details.url.startsWith('blob:chowki://kiosk/') ||
      details.url.startsWith('data:')
    callback({ cancel: !own && !details.url.startsWith('devtools:') })
  })
  session.on('will-download', (event) => event.preventDefault())
}
