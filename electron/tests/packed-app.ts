/** Packs the shell with a page of the tests' own, so that these tests need no other part of the product. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packageApp } from '../../build/package-app.mjs'

export interface PackedApp {
  readonly executable: string
  /** A temporary folder that every user may enter. */
  readonly folder: string
  readonly remove: () => void
}

const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Desk</title>
<body><h1 id="desk">Desk</h1><input id="box" autofocus><script src="/page.js"></script></body></html>`

/** F2 stands for a bug that never ends. */
const pageScript = `document.body.dataset.ready = 'yes'
addEventListener('keydown', (event) => { while (event.key === 'F2'); })
`

export const packApp = async (): Promise<PackedApp> => {
  if (!process.env['ELECTRON_OVERRIDE_DIST_PATH']) {
    throw new Error(
      'These tests need an Electron folder in ELECTRON_OVERRIDE_DIST_PATH; `npm test` provides it.',
    )
  }
  const folder = mkdtempSync(join(tmpdir(), 'chowki-shell-'))
  chmodSync(folder, 0o755)
  const pageDir = join(folder, 'page')
  mkdirSync(pageDir)
  writeFileSync(join(pageDir, 'index.html'), page)
  writeFileSync(join(pageDir, 'page.js'), pageScript)
  const { executable } = await packageApp({ outDir: join(folder, 'app'), pageDir })
  return { executable, folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
