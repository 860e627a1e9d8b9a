import { isKioskUrl } from '../security/kiosk-origin.ts'

/** The parts of Electron's `WebFrameMain` that tell who is asking. */
export interface SenderFrame {
  readonly url: string
  readonly parent: unknown
  readonly routingId: number
  readonly processId: number
}

/**
 * Only the main frame of the kiosk's own window, showing the kiosk's own page, may ask. A frame that was
 * replaced while its request was under way is null, and refused.
 */
export const isKioskSender = (sender: SenderFrame | null, kiosk: SenderFrame | null): boolean =>
  sender !== null &&
  kiosk !== null &&
  sender.parent === null &&
  sender.processId === kiosk.processId &&
  sender.routingId === kiosk.routingId &&
  isKioskUrl(sender.url)
