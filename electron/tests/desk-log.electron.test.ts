/** The desk's log of the packed app, from the page to the disk, and the file that a supervisor takes along. */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDisplay } from '../../build/services/display.ts'
import type { Display } from '../../build/services/display.ts'
import { packApp } from './packed-app.ts'
import type { PackedApp } from './packed-app.ts'
import { invoke, startShell } from './running-shell.ts'
import type { RunningShell } from './running-shell.ts'

let packed: PackedApp
let display: Display
let shell: RunningShell

beforeAll(async () => {
  packed = await packApp()
  display = await startDisplay()
  shell = await startShell({
    executable: packed.executable,
    display: display.name,
    profile: join(packed.folder, 'profile'),
    args: ['--no-sandbox'],
  })
}, 120_000)

afterAll(async () => {
  await shell?.app.close()
  await display?.stop()
  packed?.remove()
})

const figures = {
  online: false,
  trouble: 'none',
  disk: 'good',
  unsyncedRecords: 7,
  unsyncedPhotos: 2,
  quarantined: 1,
  lastSyncedAt: null,
  waitingSince: 1_700_000_000_000,
  clockDriftMs: -400,
}

describe('S10 the desk’s log', () => {
  it('has on the disk what the page says, as soon as the shell has answered', async () => {
    const entry = { level: 'warn', event: 'storage.write', cause: 'QuotaExceededError' }
    expect(await invoke(shell.page, 'log:write', [entry])).toMatchObject({ ok: true })
    const lines = readFileSync(join(packed.folder, 'profile', 'log', 'desk.log'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines.at(-1)).toMatchObject({
      level: 'warn',
      msg: 'page: storage.write',
      cause: 'QuotaExceededError',
    })
  })

  it('goes with versions and figures into a file of the user’s', async () => {
    const saved = (await invoke(shell.page, 'diagnostics:save', figures)) as { value: { place: string } }
    const { place } = saved.value
    try {
      expect(place).toMatch(/\/chowki-diagnostics\.json$/)
      const file = JSON.parse(readFileSync(place, 'utf8')) as { log: string[] }
      expect(file).toMatchObject({ ...figures, appVersion: expect.any(String), keyStore: expect.any(String) })
      expect(file.log.join('\n')).toContain('page: storage.write')
      expect(await invoke(shell.page, 'diagnostics:save', figures)).toMatchObject({
        error: { code: 'too_many_attempts' },
      })
    } finally {
      rmSync(place, { force: true })
    }
  })
})
