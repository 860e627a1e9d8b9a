import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import type { Plugin } from 'vite'

/** The shell sends the same policy as a header; here it also holds where a browser opens the page. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob: mediastream:",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

/** Only when building: the dev server injects an inline script of its own. */
const withPolicy = (): Plugin => ({
  name: 'chowki-content-security-policy',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: contentSecurityPolicy },
      injectTo: 'head-prepend',
    },
  ],
})

/** `--mode gallery` builds every screen on fake data; the product's build never sees those files. */
export default defineConfig(({ mode }) => ({
  root: import.meta.dirname,
  base: './',
  plugins: [react(), withPolicy()],
  build: {
    outDir: mode === 'gallery' ? 'testing/gallery/dist' : 'dist',
    emptyOutDir: true,
    target: 'chrome138',
    sourcemap: false,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1600,
    rolldownOptions: { input: mode === 'gallery' ? 'testing/gallery/gallery.html' : 'index.html' },
  },
}))
