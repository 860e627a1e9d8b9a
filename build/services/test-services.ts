/**
 * Vitest's global set-up for tests that need real programs. `npm test` has provided them already and names them in the
 * environment; for a plain `vitest run` they are provided here.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { partsToEnv, provision } from '../provision/provision.ts'
import type { Mongod } from './mongod.ts'
import { startMongod } from './mongod.ts'

export const setup = async (project: { name: string }): Promise<(() => Promise<void>) | undefined> => {
  const needsDesk = project.name === 'electron'
  const parts = await provision({
    mongod: process.env['MONGODB_TEST_URL'] === undefined,
    browser: project.name === 'browser' && process.env['CHROMIUM_PATH'] === undefined,
    electron: needsDesk && process.env['ELECTRON_OVERRIDE_DIST_PATH'] === undefined,
    desk: needsDesk,
    camera: needsDesk,
  })
  Object.assign(process.env, partsToEnv(parts))
  if (parts.mongod === null) return undefined
  const { mongod, remove } = await startTestMongod(parts.mongod)
  process.env['MONGODB_TEST_URL'] = mongod.url
  return remove
}

/** On a temporary folder that `remove` deletes. */
export const startTestMongod = async (
  program: Parameters<typeof startMongod>[0]['program'],
): Promise<{ mongod: Mongod; remove: () => Promise<void> }> => {
  const folder = mkdtempSync(join(tmpdir(), 'chowki-mongod-'))
  const mongod = await startMongod({ program, folder, keepsExpired: true })
  const remove = async (): Promise<void> => {
    await mongod.stop()
    delete process.env['MONGODB_TEST_URL']
    rmSync(folder, { recursive: true, force: true })
  }
  return { mongod, remove }
}
