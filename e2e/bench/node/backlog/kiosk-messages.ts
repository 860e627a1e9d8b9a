import type { EnrolledDevice } from '../../../../build/services/enrol-device.ts'

export type ToKiosk =
  /** Fills it. */
  | {
      readonly kind: 'fill'
      readonly device: EnrolledDevice
      readonly count: number
      readonly photoBytes: number
    }
  /** The line is there. */
  | { readonly kind: 'send'; readonly origin: string }

export type FromKiosk =
  | { readonly kind: 'filled' }
  | { readonly kind: 'sent'; readonly visitsMs: number; readonly photosMs: number }
  | { readonly kind: 'failed'; readonly reason: string }
