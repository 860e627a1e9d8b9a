import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createFixedCamera, isCameraDevice, removeForgottenPictures } from './camera.ts'
import type { FixedCameraOptions } from './camera.ts'

let folder = ''
const searchPath = process.env['PATH'] ?? ''

beforeAll(() => {
  // Without the real program these tests prove nothing, so its absence is a failure and not a skip.
  execFileSync('sh', ['-c', 'command -v fswebcam'], { stdio: 'ignore' })
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chowki-pictures-'))
})
afterEach(() => {
  process.env['PATH'] = searchPath
  rmSync(folder, { recursive: true, force: true })
})

const cameraOn = (device: string | null, change: Partial<FixedCameraOptions> = {}) =>
  createFixedCamera({ device, folders: [folder], timeoutMs: 8_000, skipFrames: 4, ...change })

const programsRunning = (name: string): string => {
  try {
    return execFileSync('pgrep', ['-f', name], { encoding: 'utf8' })
  } catch {
    return ''
  }
}

const jpegSize = (bytes: Buffer): { width: number; height: number } => {
  let at = 2
  while (at < bytes.length) {
    const marker = bytes.readUInt8(at + 1)
    if (marker >= 0xc0 && marker <= 0xc2)
      return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) }
    at += 2 + bytes.readUInt16BE(at + 2)
  }
  throw new Error('no frame header')
}

describe('S8 a picture from fswebcam', () => {
  it('is a whole JPEG of 1280x720, and leaves nothing behind', async () => {
    const picture = await cameraOn('TEST:').take()
    if (!picture.ok) throw new Error(picture.error.message)
    expect(picture.value.subarray(0, 3).toString('hex')).toBe('ffd8ff')
    expect(jpegSize(picture.value)).toEqual({ width: 1280, height: 720 })
    expect(readdirSync(folder)).toEqual([])
  })

  it('is one at a time: the second is told so, the third works', async () => {
    const camera = cameraOn('TEST:')
    const [first, second] = await Promise.all([camera.take(), camera.take()])
    expect(first.ok).toBe(true)
    expect(second).toMatchObject({ ok: false, error: { code: 'camera_busy' } })
    expect((await camera.take()).ok).toBe(true)
  })

  it('P3 is given up in time, the program and what it started are killed, and the next one works', async () => {
    // A camera whose driver hangs: fswebcam waits inside it, here in a program of its own.
    const hanging = join(folder, 'hanging')
    mkdirSync(hanging)
    writeFileSync(join(hanging, 'fswebcam'), '#!/bin/sh\nsleep 4242.42\n', { mode: 0o755 })
    process.env['PATH'] = `${hanging}:${searchPath}`
    const started = performance.now()
    const late = await cameraOn('TEST:', { timeoutMs: 500 }).take()
    expect(late).toMatchObject({ ok: false, error: { code: 'camera_failed' } })
    expect(performance.now() - started).toBeLessThan(30_000)
    process.env['PATH'] = searchPath
    expect(programsRunning('sleep 4242.42')).toBe('')
    expect(readdirSync(folder)).toEqual(['hanging'])
    expect((await cameraOn('TEST:').take()).ok).toBe(true)
  })

  it('is not found where there is no camera, or none is set', async () => {
    const notFound = { ok: false, error: { code: 'camera_not_found', remedy: expect.any(String) } }
    expect(await cameraOn('/dev/video250').take()).toMatchObject(notFound)
    expect(await cameraOn(null).take()).toMatchObject(notFound)
  })

  it('says so where fswebcam is not installed', async () => {
    const bare = join(folder, 'bin')
    mkdirSync(bare)
    const timeout = execFileSync('sh', ['-c', 'command -v timeout'], { encoding: 'utf8' }).trim()
    symlinkSync(timeout, join(bare, 'timeout'))
    process.env['PATH'] = bare
    const answer = await cameraOn('TEST:').take()
    expect(answer).toMatchObject({
      ok: false,
      error: { code: 'camera_not_found', message: expect.stringContaining('fswebcam') },
    })
  })

  it('needs a folder with a plain path, and takes the first that is one', async () => {
    const dotted = join(folder, 'with.dot')
    const spaced = join(folder, 'a;touch b')
    const plain = join(folder, 'plain')
    for (const path of [dotted, spaced, plain]) mkdirSync(path)
    expect(await cameraOn('TEST:', { folders: [dotted, spaced] }).take()).toMatchObject({
      ok: false,
      error: { code: 'camera_failed' },
    })
    expect((await cameraOn('TEST:', { folders: [dotted, '/nowhere', spaced, plain] }).take()).ok).toBe(true)
    expect(readdirSync(folder).toSorted()).toEqual(['a;touch b', 'plain', 'with.dot'])
  })
})

describe('S8 what is no device reaches no shell', () => {
  it.each([
    '/dev/video0; touch MARK',
    'TEST:; touch MARK',
    'TEST:$(touch MARK)',
    'TEST:`touch MARK`',
    'TEST:\n touch MARK',
    'TEST:\n',
    '/dev/video0\n',
    '/dev/../dev/video0',
    '/dev/video',
    '/dev/video0 --exec MARK',
    '--config=MARK',
    'FILE:/etc/passwd',
    '',
  ])('%j', async (text) => {
    const mark = join(folder, 'mark')
    const device = text.replace('MARK', mark)
    expect(isCameraDevice(device)).toBe(false)
    expect(await cameraOn(device).take()).toMatchObject({ ok: false, error: { code: 'camera_not_found' } })
    expect(existsSync(mark)).toBe(false)
  })
})

it('S8 P7 pictures that a killed shell left behind are erased, a running one’s are not', async () => {
  const old = join(folder, 'chowki-camera-old')
  const running = join(folder, 'chowki-camera-new')
  const foreign = join(folder, 'other')
  for (const path of [old, running, foreign]) mkdirSync(path)
  const hourAgo = (Date.now() - 3_600_000) / 1000
  utimesSync(old, hourAgo, hourAgo)
  utimesSync(foreign, hourAgo, hourAgo)
  await removeForgottenPictures([folder, '/nowhere'], 60_000, Date.now())
  expect(readdirSync(folder).toSorted()).toEqual(['chowki-camera-new', 'other'])
})
