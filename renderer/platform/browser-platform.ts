/** A plain browser as host: the page keeps its own token and key (see `browser-key-store.ts`) and talks to its own origin only. */
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import { openBrowserKeyStore } from './browser-key-store.ts'
import type { BrowserKeyStore } from './browser-key-store.ts'
import type { KioskPlatform } from './platform.ts'

export interface BrowserPlatformOptions {
  readonly databaseName?: string
  readonly location?: Pick<Location, 'origin' | 'hash' | 'pathname' | 'search'>
  /** Takes the code out of the address, so that it is not left in the history. */
  readonly replaceAddress?: (address: string) => void
  readonly fetch?: typeof fetch
}

const dataKeyBytes = 32
const logEntriesMax = 1_000
const codePattern = /^[0-9A-Za-z-]{1,64}$/

export function createBrowserPlatform(options: BrowserPlatformOptions = {}): KioskPlatform {
  const page = options.location ?? window.location
  const send = options.fetch ?? ((input, init) => fetch(input, init))
  let opened: Promise<BrowserKeyStore> | null = null
  /** After a failure, as of a full disk, it is opened anew by whoever asks next. */
  const withStore = async <T>(work: (store: BrowserKeyStore) => Promise<T>): Promise<T> => {
    const opening = (opened ??= openBrowserKeyStore(options.databaseName ?? 'chowki-keys'))
    try {
      return await work(await opening)
    } catch (error) {
      if (opened === opening) opened = null
      throw error
    }
  }
  const code = takeCode(
    page,
    options.replaceAddress ?? ((address) => history.replaceState(null, '', address)),
  )
  let token: Promise<string | null> | null = null
  /** In memory: a browser is for trying Chowki, a gate has the shell, which keeps its log on disk. */
  const log: object[] = []
  const readToken = (): Promise<string | null> =>
    (token ??= withStore((keys) => keys.read('token')).then(
      (bytes) => (bytes === null ? null : new TextDecoder().decode(bytes)),
      (error: unknown) => {
        token = null
        throw error
      },
    ))

  return {
    kind: 'browser',
    async dataKey() {
      try {
        const make = () => crypto.getRandomValues(new Uint8Array(dataKeyBytes))
        return ok(await withStore((keys) => keys.readOrMake('dataKey', make)))
      } catch {
        // Whatever the cause, the remedy is the code's: the browser's profile.
        return err(chowkiError('secure_store_unavailable'))
      }
    },
    launch: () => Promise.resolve({ serverUrl: page.origin, enrolmentCode: code, fixedCamera: false }),
    diagnostics: () => diagnostics(page.origin),
    log(entries) {
      log.push(...entries.map((entry) => ({ time: new Date().toISOString(), ...entry })))
      log.splice(0, log.length - logEntriesMax)
    },
    async saveDiagnostics(figures) {
      const facts = { at: new Date().toISOString(), ...(await diagnostics(page.origin)), ...figures, log }
      const place = 'chowki-diagnostics.json'
      download(place, new Blob([JSON.stringify(facts, null, 1)], { type: 'application/json' }))
      return ok({ place })
    },
    chooseServer: (serverUrl) => Promise.resolve(isOwnOrigin(page, serverUrl)),
    async enrolled(serverUrl, nextToken) {
      const own = isOwnOrigin(page, serverUrl)
      if (!own.ok) return own
      try {
        await withStore((keys) => keys.write('token', new TextEncoder().encode(nextToken)))
      } catch {
        // Whatever the cause, the remedy is the code's: the browser's profile.
        return err(chowkiError('secure_store_unavailable'))
      }
      token = Promise.resolve(nextToken)
      return ok(null)
    },
    async api(path, init) {
      const headers = new Headers(init?.headers)
      const bearer = await readToken()
      if (bearer !== null) headers.set('authorization', `Bearer ${bearer}`)
      return send(path, { ...init, headers, credentials: 'omit' })
    },
    takeFixedPicture: () => Promise.resolve(err(chowkiError('camera_not_found'))),
  }
}

function download(name: string, content: Blob): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}

const isOwnOrigin = (page: Pick<Location, 'origin'>, serverUrl: string) =>
  URL.canParse(serverUrl) && new URL(serverUrl).origin === page.origin
    ? ok(null)
    : err(
        chowkiError('invalid_request', {
          field: 'serverUrl',
          message: 'In a browser the kiosk can only use the server that it was opened from.',
        }),
      )

function takeCode(
  page: Pick<Location, 'hash' | 'pathname' | 'search'>,
  replaceAddress: (address: string) => void,
): string | null {
  const code = new URLSearchParams(page.hash.replace(/^#/, '')).get('enrol')
  if (code === null) return null
  replaceAddress(`${page.pathname}${page.search}`)
  return codePattern.test(code) ? code : null
}

async function diagnostics(serverUrl: string) {
  const chromium = /Chrom(?:e|ium)\/([\d.]+)/.exec(navigator.userAgent)?.[1] ?? 'unknown'
  // Shown as unknown.
  const space = await navigator.storage?.estimate().catch(() => null)
  const freeDiskBytes =
    space?.quota === undefined || space.usage === undefined ? null : space.quota - space.usage
  return {
    appVersion: 'browser',
    electronVersion: 'none',
    chromiumVersion: chromium,
    keyStore: 'the browser’s profile (non-extractable key)',
    fixedCamera: null,
    serverUrl,
    freeDiskBytes,
  }
}
