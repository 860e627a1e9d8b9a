// @ts-check
/**
 * Bundles the shell: electron/dist/main.js (ESM), preload.cjs (a sandboxed preload can only be CommonJS), icon.png.
 * Run it alone with `node build/bundle-electron.mjs`.
 */
import { copyFile, mkdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  // Chromium 146 and Node 24: what the oldest Electron in use brings.
  target: 'node24',
  external: ['electron'],
  legalComments: 'none',
  logLevel: 'warning',
}

/**
 * Returns the folder of the bundles. What is shipped refuses remote debugging; what tests drive needs it.
 * @param {{ isRelease?: boolean, outDir?: string }} [options]
 */
export const bundleElectron = async ({
  isRelease = false,
  outDir: folder = join(root, 'electron', 'dist'),
} = {}) => {
  await mkdir(folder, { recursive: true })
  await Promise.all([
    build({
      ...common,
      entryPoints: ['electron/main.ts'],
      outfile: join(folder, 'main.js'),
      format: 'esm',
      define: { chowkiRelease: String(isRelease) },
      minifySyntax: true,
      // node-webcam is CommonJS and asks for Node's own modules at run time.
      banner: {
        js: "import { createRequire as chowkiRequire } from 'node:module'; const require = chowkiRequire(import.meta.url);",
      },
    }),
    build({
      ...common,
      entryPoints: ['electron/preload/preload.ts'],
      outfile: join(folder, 'preload.cjs'),
      format: 'cjs',
      target: 'chrome146',
    }),
    copyFile(join(root, 'build', 'icon.png'), join(folder, 'icon.png')),
  ])
  return folder
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.stdout.write(`${await bundleElectron()}\n`)
}
