import { isKioskUrl } from './kiosk-origin.ts'

/**
 * The camera's picture, and storage that Chromium may not clear when the disk runs low: records that are not
 * on the server yet live there.
 */
export const isPermitted = (permission: string, url: string, mediaTypes: readonly string[]): boolean => {
  if (!isKioskUrl(url)) return false
  if (permission === 'persistent-storage') return true
  return permission === 'media' && mediaTypes.length > 0 && mediaTypes.every((type) => type === 'video')
}
