import { defineConfig } from 'vite'

/** As the product's own page is built (`renderer/vite.config.ts`): minified, for production, for the same Chromium. */
export default defineConfig({
  root: `${import.meta.dirname}/page`,
  base: './',
  build: {
    emptyOutDir: true,
    target: 'chrome138',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1600,
  },
})
