import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSaveDiagnostics } from './diagnostics-file.ts'
import { createLog } from './log.ts'

let folder: string
let lines: string[]
const clock = { now: 1_000_000 }
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chowki-diagnostics-'))
  lines = ['{"msg":"one"}\n', '{"msg":"two"}\n']
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const saveInto = (place: string) =>
  createSaveDiagnostics({
    folder: () => place,
    logFile: () => ({ read: () => lines.join('') }),
    log: createLog(
      (line) => void lines.push(line),
      () => new Date(0),
    ),
    now: () => new Date(clock.now),
  })

test('S10 versions, figures and every line of the log are in one file, which is replaced', async () => {
  const save = saveInto(folder)
  await save({ quarantined: 1 })
  clock.now += 5_000
  const saved = await save({ quarantined: 2 })
  const place = join(folder, 'chowki-diagnostics.json')
  expect(saved).toEqual({ ok: true, value: { place } })
  expect(JSON.parse(readFileSync(place, 'utf8'))).toEqual({
    at: new Date(clock.now).toISOString(),
    quarantined: 2,
    log: ['{"msg":"one"}', '{"msg":"two"}'],
  })
})

test('S10 a page that asks again at once is refused, under a clock that is set back too', async () => {
  const save = saveInto(folder)
  await save({})
  clock.now += 4_000
  expect(await save({})).toMatchObject({
    ok: false,
    error: { code: 'too_many_attempts', retryAfterMs: 1_000 },
  })
  clock.now -= 86_400_000
  expect(await save({})).toMatchObject({ ok: true })
})

test('S10 a failed export is refused in words, and its cause stands in the log without the path', async () => {
  const file = join(folder, 'a file where the folder should be')
  writeFileSync(file, '')
  expect(await saveInto(file)({})).toMatchObject({ ok: false, error: { code: 'device_storage_failed' } })
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
    level: 'error',
    msg: 'diagnostics could not be saved',
    cause: expect.stringMatching(/^(ENOTDIR|EEXIST)$/),
  })
  expect(lines.join('')).not.toContain(folder)
})

test('S10 a log that cannot be read is a failed export, not a fault of the shell', async () => {
  const save = createSaveDiagnostics({
    folder: () => folder,
    logFile: () => ({ read: () => readFileSync(join(folder, 'not there'), 'utf8') }),
    log: createLog(
      (line) => void lines.push(line),
      () => new Date(0),
    ),
    now: () => new Date(clock.now),
  })
  expect(await save({})).toMatchObject({ ok: false, error: { code: 'device_storage_failed' } })
  expect(lines.at(-1)).toContain('ENOENT')
})
