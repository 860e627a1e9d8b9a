import { protocol } from 'electron'
import type { Session } from 'electron'
import { isKioskUrl, kioskScheme } from './kiosk-origin.ts'

/** Before the app is ready; otherwise the page has no IndexedDB, no fetch and no secure context. */
export const registerKioskScheme = (): void => {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: kioskScheme,
      privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true },
    },
  ])
}

type Answer = (request: Request) => Promise<Response>

export const serveKiosk = (
  session: Session,
  answers: { readonly page: Answer; readonly api: Answer },
): void => {
  session.protocol.handle(kioskScheme, (request) => {
    if (!isKioskUrl(request.url)) return new Response(null, { status: 404 })
    return new URL(request.url).pathname.startsWith('/api/') ? answers.api(request) : answers.page(request)
  })
}
