import { createBrowserPlatform } from './browser-platform.ts'
import { createElectronPlatform } from './electron-platform.ts'
import type { KioskPlatform } from './platform.ts'

/** Electron where its preload script has left the bridge, else a plain browser. */
export const createPlatform = (): KioskPlatform =>
  window.chowki === undefined ? createBrowserPlatform() : createElectronPlatform(window.chowki)
