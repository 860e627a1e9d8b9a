import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import '../ui/base.css'
import { installThemeVariables } from '../ui/theme-provider.tsx'
import { App } from './app.tsx'
import { startI18n } from '../i18n/i18n.ts'
import type { ScreenParts } from './kiosk-context.ts'
import { createQueryClient } from './queries.ts'

export function startApp(kiosk: ScreenParts): void {
  startI18n()
  installThemeVariables(document)
  const root = document.getElementById('kiosk')
  if (root === null) throw new Error('index.html has no #kiosk')
  createRoot(root).render(
    <StrictMode>
      <App kiosk={kiosk} queryClient={createQueryClient(kiosk.data.sync)} />
    </StrictMode>,
  )
}

/** The pictures' shape is what `photo-capture.ts` wants; a camera that has less gives its best. */
export const openCamera = (): Promise<MediaStream> =>
  navigator.mediaDevices === undefined
    ? Promise.reject(new Error('This page may not use a camera'))
    : navigator.mediaDevices.getUserMedia({
        audio: false,
        video: { width: { ideal: 1280 }, height: { ideal: 720 } },
      })
