import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import type { IpcResponse } from '@chowki/shared/ipc/channels.ts'
import { createContext, useContext, useSyncExternalStore } from 'react'
import type { KioskData, Live } from '../data/kiosk-data.ts'
import type { PhotoSource } from '../data/photos/photo-capture.ts'
import type { KioskPlatform } from '../platform/platform.ts'

/** Everything that the screens are given by the composition root. */
export interface ScreenParts {
  readonly data: KioskData
  readonly platform: KioskPlatform
  readonly launch: IpcResponse<'app:launch'>
  readonly capturePhoto: (source: PhotoSource) => Promise<Result<Blob, ChowkiError>>
  readonly openCamera: () => Promise<MediaStream>
  readonly now: () => number
}

export const KioskContext = createContext<ScreenParts | null>(null)

export function useKiosk(): ScreenParts {
  const kiosk = useContext(KioskContext)
  if (kiosk === null) throw new Error('A screen stands outside of KioskContext')
  return kiosk
}

export function useLive<T>(live: Live<T>): T {
  return useSyncExternalStore(
    (onChange) => live.subscribe(onChange),
    () => live.current(),
  )
}
