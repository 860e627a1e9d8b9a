import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/**
 * Each file breaks one rule, in the words of the reading guide. The product's own lint configuration must refuse
 * it: a rule that never fires is no rule.
 */
const refused: readonly (readonly [string, string, string, string])[] = [
  ['shared takes no Node', 'shared/domain/a.ts', "import { join } from 'node:path'", 'pure libraries only'],
  [
    'shared takes of a pure library the listed part only',
    'shared/domain/b2.ts',
    "import { parse } from 'libphonenumber-js/max'",
    'pure libraries only',
  ],
  ['shared takes no other library', 'shared/domain/b.ts', "import { z } from 'zod'", 'pure libraries only'],
  [
    'shared takes no scoped library',
    'shared/domain/c.ts',
    "import x from '@mantine/core'",
    'pure libraries only',
  ],
  [
    'shared takes no renderer',
    'shared/domain/d.ts',
    "import { x } from '../../renderer/ui/x.ts'",
    'out of reach',
  ],
  ['shared takes no server', 'shared/e.ts', "import { x } from '@chowki/sync-server/app.ts'", 'out of reach'],
  [
    'renderer takes no electron folder',
    'renderer/a.ts',
    "import { x } from '../electron/main.ts'",
    'out of reach',
  ],
  ['renderer takes no Electron', 'renderer/b.ts', "import { app } from 'electron'", 'Only electron/'],
  [
    'renderer takes of the server only its client',
    'renderer/c.ts',
    "import { x } from '@chowki/sync-server/sync/server/pull.ts'",
    'sync/client only',
  ],
  [
    'renderer does not climb into the server',
    'renderer/data/d.ts',
    "import { x } from '../../sync-server/sync/client/x.ts'",
    'sync/client only',
  ],
  [
    'rxdb only in renderer/data',
    'renderer/kiosk/e.ts',
    "import { createRxDatabase } from 'rxdb'",
    'import rxdb',
  ],
  [
    'rxdb only in renderer/data, plugins too',
    'renderer/kiosk/f.ts',
    "import { x } from 'rxdb/plugins/core'",
    'import rxdb',
  ],
  ['no mongodb in the renderer', 'renderer/data/g.ts', "import { MongoClient } from 'mongodb'", 'import'],
  ['electron takes no renderer', 'electron/a.ts', "import { x } from '../renderer/ui/x.ts'", 'out of reach'],
  [
    'electron takes no server',
    'electron/b.ts',
    "import { x } from '@chowki/sync-server/sync/client/x.ts'",
    'out of reach',
  ],
  ['electron takes no rxdb', 'electron/c.ts', "import { x } from 'rxdb'", 'import rxdb'],
  [
    'server takes no renderer',
    'sync-server/a.ts',
    "import { x } from '@chowki/renderer/data/x.ts'",
    'out of reach',
  ],
  ['server takes no electron', 'sync-server/b.ts', "import { app } from 'electron/main'", 'Only electron/'],
  [
    'mongodb only in storage/mongo',
    'sync-server/routes/c.ts',
    "import { MongoClient } from 'mongodb'",
    'storage/mongo',
  ],
  [
    'no mongodb in the generic sync code',
    'sync-server/sync/server/d.ts',
    "import { ObjectId } from 'mongodb'",
    'storage/mongo',
  ],
  [
    'no mongodb in the sync client',
    'sync-server/sync/client/e.ts',
    "import { ObjectId } from 'mongodb'",
    'storage/mongo',
  ],
  [
    'no rxdb in the server’s storage',
    'sync-server/storage/mongo/f.ts',
    "import { x } from 'rxdb'",
    'import rxdb',
  ],
  ['no rxdb in the server', 'sync-server/sync/server/g.ts', "import { x } from 'rxdb'", 'import rxdb'],
  [
    'what ships takes nothing of testing/',
    'sync-server/gate/a.ts',
    "import { x } from '../testing/test-server.ts'",
    'nothing of testing/',
  ],
  [
    'what ships takes nothing of testing/, from the root either',
    'sync-server/h.ts',
    "import { x } from './testing/fuzz/a.ts'",
    'nothing of testing/',
  ],
  [
    'the page takes nothing of testing/',
    'renderer/data/n.ts',
    "import { x } from '../testing/fake-sample.ts'",
    'nothing of testing/',
  ],
  [
    'the kiosk takes nothing of the console',
    'renderer/kiosk/p.ts',
    "import { x } from '../console/x.ts'",
    'never import each other',
  ],
  [
    'the console takes nothing of the kiosk',
    'renderer/console/features/a.ts',
    "import { x } from '../../kiosk/x.ts'",
    'never import each other',
  ],
  [
    'a room takes nothing of the inside of another',
    'sync-server/money/a.ts',
    "import { x } from '../gate/devices/x.ts'",
    'only gate/gate.ts is for others',
  ],
  [
    'what ships takes nothing of the build',
    'sync-server/gate/b.ts',
    "import { x } from '../../build/services/sync-server.ts'",
    'out of reach',
  ],
  [
    'the page takes nothing of the build',
    'renderer/data/q.ts',
    "import { x } from '../../build/services/sync-server.ts'",
    'out of reach',
  ],
  [
    'the server’s tests take of the build its services only',
    'sync-server/testing/i.ts',
    "import { x } from '../../build/provision/mongod.ts'",
    'build/services only',
  ],
  [
    'the page’s tests take of the build its services only',
    'renderer/data/r.test.ts',
    "import { x } from '../../build/tasks/run-step.ts'",
    'build/services only',
  ],
  [
    'REC-5 a room writes through the records',
    'sync-server/gate/devices/b.ts',
    "import type { SyncStorage } from '../../storage/storage.ts'",
    'through records/ only',
  ],
  [
    'REC-5 the command line writes through the records',
    'sync-server/cli/d.ts',
    "import { x } from '../storage/mongo/x.ts'",
    'through records/ only',
  ],
  [
    'REC-5 the demonstration writes through the records',
    'sync-server/demo/e.ts',
    "import { x } from '../storage/memory/x.ts'",
    'through records/ only',
  ],
  ['e2e takes no product code', 'e2e/a.ts', "import { x } from '../sync-server/app.ts'", 'out of reach'],
  ['the bench takes no Electron', 'e2e/bench/a.ts', "import { app } from 'electron'", 'Only electron/'],
  ['build takes no product code', 'build/a.ts', "import { x } from '../sync-server/app.ts'", 'out of reach'],
  ['types count as well', 'renderer/h.ts', "import type { App } from 'electron'", 'Only electron/'],
  ['import() counts as well', 'renderer/i.ts', "export const x = await import('mongodb')", 'import'],
  ['nothing imports a test', 'shared/f.ts', "import { x } from './g.test.ts'", 'imports a test'],
  ['no internal barrels', 'shared/h.ts', "import { x } from './domain/index.ts'", 'barrels'],
  ['no console', 'renderer/j.ts', "console.log('x')", 'no-console'],
  ['no default export', 'renderer/k.ts', 'export default 1', 'no-default-export'],
  ['no any', 'renderer/l.ts', 'export const x = (y: any): unknown => y', 'no-explicit-any'],
  ['no silenced compiler', 'renderer/m.ts', '// @ts-ignore\nexport const x = 1', 'ban-ts-comment'],
  [
    'no focused test',
    'renderer/n.test.ts',
    "import { it } from 'vitest'\nit.only('x', () => {})",
    'no-focused-tests',
  ],
  [
    'no skipped test',
    'renderer/o.test.ts',
    "import { it } from 'vitest'\nit.skip('x', () => {})",
    'no-disabled-tests',
  ],
]

const allowed: readonly (readonly [string, string])[] = [
  [
    'shared/ok-a.ts',
    "import Type from 'typebox'\nimport { Check } from 'typebox/value'\nexport const x = [Type, Check]",
  ],
  [
    'shared/ok-a2.ts',
    "import { isSupportedCountry } from 'libphonenumber-js/min'\nexport const x = isSupportedCountry",
  ],
  ['shared/ok-b.ts', "import { chowkiError } from './errors/codes.ts'\nexport const x = chowkiError"],
  ['renderer/ok-c.ts', "import { x } from '@chowki/sync-server/sync/client/x.ts'\nexport const y = x"],
  ['renderer/data/ok-d.ts', "import { createRxDatabase } from 'rxdb'\nexport const y = createRxDatabase"],
  [
    'sync-server/sync/client/ok-e.ts',
    "import type { RxCollection } from 'rxdb'\nexport type X = RxCollection",
  ],
  [
    'sync-server/storage/mongo/ok-f.ts',
    "import { MongoClient } from 'mongodb'\nexport const y = MongoClient",
  ],
  ['sync-server/money/ok-j.ts', "import { x } from '../gate/gate.ts'\nexport const y = x"],
  ['sync-server/records/ok-n.ts', "import { x } from '../storage/storage.ts'\nexport const y = x"],
  ['sync-server/app-k.ts', "import { x } from './gate/devices/x.ts'\nexport const y = x"],
  ['sync-server/gate/ok-l.test.ts', "import { x } from '../testing/test-server.ts'\nexport const y = x"],
  [
    'sync-server/testing/ok-n.ts',
    "import { x } from '../../build/services/sync-server.ts'\nexport const y = x",
  ],
  [
    'renderer/testing/desk/ok-o.ts',
    "import { x } from '../../../build/services/sync-server.ts'\nexport const y = x",
  ],
  ['renderer/kiosk/ok-m.ts', "import { x } from '../ui/x.ts'\nexport const y = x"],
  [
    'e2e/bench/ok-i.ts',
    "import { x } from '../../renderer/data/x.ts'\nimport { createRxDatabase } from 'rxdb'\nexport const y = [x, createRxDatabase]",
  ],
  ['electron/ok-g.ts', "import { app } from 'electron'\nexport const y = app"],
  [
    'electron/ok-h.ts',
    "import { ipcChannels } from '@chowki/shared/ipc/channels.ts'\nexport const y = ipcChannels",
  ],
]

interface Diagnostic {
  readonly filename: string
  readonly code: string
  readonly message: string
  readonly help?: string
}

const repository = dirname(dirname(import.meta.dirname))
const linter = 'node_modules/oxlint'
let folder: string
let diagnostics: readonly Diagnostic[]

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'chowki-lint-'))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(join(repository, linter), join(folder, linter))
  for (const path of ['oxlint.config.ts', 'build/lint/import-rules.ts']) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    cpSync(join(repository, path), join(folder, path))
  }
  for (const [, path, source] of refused) write(path, source)
  for (const [path, source] of allowed) write(path, source)
  write('shared/cycle-a.ts', "import { b } from './cycle-b.ts'\nexport const a = () => b")
  write('shared/cycle-b.ts', "import { a } from './cycle-a.ts'\nexport const b = () => a")
  const { stdout } = spawnSync(process.execPath, [join(linter, 'bin/oxlint'), '--format', 'json'], {
    cwd: folder,
    encoding: 'utf8',
  })
  diagnostics = (JSON.parse(stdout) as { diagnostics: Diagnostic[] }).diagnostics
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const write = (path: string, source: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), `${source}\n`)
}

const saidOf = (path: string): string =>
  diagnostics
    .filter(({ filename }) => filename === path)
    .map(({ code, message, help }) => `${code} ${message} ${help ?? ''}`)
    .join('\n')

describe('import rules', () => {
  it.each(refused)('refuses: %s', (_title, path, _source, words) => {
    expect(saidOf(path)).toContain(words)
  })

  it('refuses a cycle', () => {
    expect(saidOf('shared/cycle-a.ts')).toContain('no-cycle')
  })

  it.each(allowed)('allows %s', (path) => {
    expect(saidOf(path)).toBe('')
  })
})
