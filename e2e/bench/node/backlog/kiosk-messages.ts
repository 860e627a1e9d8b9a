import type { BenchDevice } from '../../workload.ts'

export type ToKiosk =
  /** Fills it. */
  | {
      readonly kind: 'fill'
      readonly device: BenchDevice
      readonly count: number
      readonly photoBytes: number
    }
  /** The line is there. */
  | { readonly kind: 'send'; readonly origin: string }

export type FromKiosk =
  | { readonly kind: 'filled' }
  | { readonly kind: 'sent'; readonly visitsMs: number; readonly photosMs: number }
  | { readonly kind: 'failed'; readonly reason: string }
