/** The site document, asked for by its ETag whenever the network comes back; kept on the desk. */
import type { Report } from '../desk/trouble.ts'
import type { SiteDocument } from '@chowki/shared/protocol/device-api.ts'
import type { DeskStore } from '../desk/desk-store.ts'
import type { LiveSource } from '../desk/live.ts'

export interface SiteParts {
  readonly report: Report
  readonly store: DeskStore
  readonly site: LiveSource<SiteDocument | null>
  readonly request: (path: string, init?: RequestInit) => Promise<Response>
}

/** False where the server did not answer with a site; the one on the desk stays. */
export async function refreshSite({ report, store, site, request }: SiteParts): Promise<boolean> {
  try {
    const known = await store.site.get('site')
    const headers: Record<string, string> = known?.etag == null ? {} : { 'if-none-match': known.etag }
    const response = await request('/api/device/site', { headers })
    if (response.status === 304) return true
    if (!response.ok) return false
    const fresh = (await response.json()) as SiteDocument
    await store.site.put({ id: 'site', site: fresh, etag: response.headers.get('etag') })
    site.set(fresh)
    return true
  } catch (error) {
    // A line that breaks is shown as such; a disk that fails is not.
    if (!(error instanceof TypeError)) report('storage.keepSite', error)
    return false
  }
}
