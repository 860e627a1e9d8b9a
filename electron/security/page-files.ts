/** Serves the built page to its own scheme, and nothing outside its folder. */
import { readFile } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import { pageHeaders } from './response-headers.ts'

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
  '.wav': 'audio/wav',
}

/**
 * The path inside the page's folder, or null where there can be none. A path without an extension is a screen
 * of the page itself, so it gets the page.
 */
export const pagePathOf = (pathname: string): string | null => {
  let decoded: string
  try {
    decoded = decodeURIComponent(pathname)
  } catch {
    // No address of a file: the caller answers 404.
    return null
  }
  if (!decoded.startsWith('/') || /[\\\0]/.test(decoded)) return null
  const segments = decoded.split('/').filter((segment) => segment !== '')
  if (segments.some((segment) => segment === '..' || segment === '.')) return null
  const last = segments.at(-1) ?? ''
  return extname(last) === '' ? 'index.html' : segments.join('/')
}

const plain = (status: number, text: string): Response =>
  new Response(text, { status, headers: { ...pageHeaders, 'content-type': 'text/plain; charset=utf-8' } })

/** `folder` is absolute; only types in the list above are served. */
export const createPageFiles =
  (folder: string) =>
  async (request: Request): Promise<Response> => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'Only reading is possible.')
    const path = pagePathOf(new URL(request.url).pathname)
    const contentType = path === null ? undefined : contentTypes[extname(path).toLowerCase()]
    if (path === null || contentType === undefined) return plain(404, 'There is no such file.')
    const file = join(folder, path)
    if (!file.startsWith(folder + sep)) return plain(404, 'There is no such file.')
    try {
      const bytes = await readFile(file)
      const body = request.method === 'HEAD' ? null : new Uint8Array(bytes)
      return new Response(body, { headers: { ...pageHeaders, 'content-type': contentType } })
    } catch {
      // Not there, or a folder: for the page it is the same.
      return plain(404, 'There is no such file.')
    }
  }
