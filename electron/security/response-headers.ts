/**
 * The headers of everything that the shell serves. `connect-src 'self'` is what keeps a script that slipped
 * into the page from sending anything to anywhere but `chowki://kiosk/api/`.
 */
const directives = {
  'default-src': "'none'",
  // Argon2 and the QR reader are WebAssembly; nothing in the page may evaluate text as code.
  'script-src': "'self' 'wasm-unsafe-eval'",
  // The component library writes its variables into a style element at run time.
  'style-src': "'self' 'unsafe-inline'",
  'img-src': "'self' blob: data:",
  'media-src': "'self' blob:",
  'font-src': "'self' data:",
  'connect-src': "'self'",
  'worker-src': "'self' blob:",
  'manifest-src': "'self'",
  'object-src': "'none'",
  'frame-src': "'none'",
  'frame-ancestors': "'none'",
  'base-uri': "'none'",
  'form-action': "'none'",
} as const

export const contentSecurityPolicy = Object.entries(directives)
  .map(([name, value]) => `${name} ${value}`)
  .join('; ')

const always = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const

export const pageHeaders: Readonly<Record<string, string>> = {
  ...always,
  'content-security-policy': contentSecurityPolicy,
  'permissions-policy':
    'camera=(self), microphone=(), geolocation=(), usb=(), serial=(), hid=(), display-capture=()',
  // The files change with an update of the shell, and reading them from the archive costs nothing.
  'cache-control': 'no-cache',
}

/** An answer of the server is data: opened as a page it could run nothing. */
export const apiHeaders: Readonly<Record<string, string>> = {
  ...always,
  'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
}
