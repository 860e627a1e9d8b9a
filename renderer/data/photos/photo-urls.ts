/** Object URLs of photos for the screens: from this desk, else from the server; the least recently asked are given back. */
import type { PhotoBox } from './photo-box.ts'

export interface PhotoUrls {
  url(photoId: string): Promise<string | null>
  close(): void
}

export interface PhotoUrlParts {
  readonly box: Pick<PhotoBox, 'openPhoto'>
  readonly request: (path: string) => Promise<Response>
  /** Photos shown at once on the fullest screen, with room: a URL that is given back while shown goes blank. */
  readonly limit?: number
}

export function createPhotoUrls({ box, request, limit = 200 }: PhotoUrlParts): PhotoUrls {
  const urls = new Map<string, Promise<string | null>>()

  const load = async (photoId: string): Promise<string | null> => {
    const local = await box.openPhoto(photoId)
    if (local !== null) return URL.createObjectURL(new Blob([local], { type: 'image/jpeg' }))
    try {
      const response = await request(`/api/photos/${photoId}`)
      return response.ok ? URL.createObjectURL(await response.blob()) : null
    } catch {
      // Neither here nor to be had now: shown as such, and asked for again when the server is back.
      return null
    }
  }
  const forget = (photoId: string): void => {
    const loading = urls.get(photoId)
    urls.delete(photoId)
    void loading?.then((url) => {
      if (url !== null) URL.revokeObjectURL(url)
    })
  }
  return {
    async url(photoId) {
      const known = urls.get(photoId)
      const loading = known ?? load(photoId)
      urls.delete(photoId)
      urls.set(photoId, loading)
      const [oldest] = urls.keys()
      if (urls.size > limit && oldest !== undefined) forget(oldest)
      const url = await loading
      // Not found now (offline, or not uploaded yet) may be found at the next look.
      if (url === null && urls.get(photoId) === loading) urls.delete(photoId)
      return url
    },
    close: () => [...urls.keys()].forEach(forget),
  }
}
