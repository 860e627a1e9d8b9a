/**
 * The fixed camera, through node-webcam and fswebcam. node-webcam 0.8.2 puts its options unquoted into a shell
 * command, reports success for a camera that is not there, waits for ever, and mistakes a dot in the path for an
 * extension. So nothing but an allow-listed device and a path of plain characters reaches it, `timeout` kills the
 * program (the shell's child is out of reach from here), and only a whole JPEG in our own folder counts as a picture.
 */
import { access, chmod, mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises'
import { constants } from 'node:fs'
import { join } from 'node:path'
// The package's index also loads its Windows camera, which cannot be bundled.
import FSWebcam from 'node-webcam/src/webcams/FSWebcam.js'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'

/** A video device of the kernel, or fswebcam's own test card. */
const devicePattern = /^(?:\/dev\/video\d{1,3}|TEST:)$/
const plainPath = /^\/[A-Za-z0-9_/-]+$/
const folderPrefix = 'chowki-camera-'
const maximumBytes = 2_900_000

export interface FixedCameraOptions {
  /** Null where the desk has no fixed camera. */
  readonly device: string | null
  /** Folders to take pictures in, best first; memory before disk, since a face is on the picture. */
  readonly folders: readonly string[]
  readonly timeoutMs: number
  /** The first frames of most webcams are dark. */
  readonly skipFrames: number
}

export interface FixedCamera {
  readonly take: () => Promise<Result<Buffer, ChowkiError>>
}

export const isCameraDevice = (text: string): boolean => devicePattern.test(text)

// The failure is the answer.
const isWritable = async (path: string): Promise<boolean> =>
  await access(path, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  )

const makePrivateFolder = async (parents: readonly string[]): Promise<string | null> => {
  for (const parent of parents) {
    if (!plainPath.test(parent) || !(await isWritable(parent))) continue
    const folder = await mkdtemp(join(parent, folderPrefix))
    await chmod(folder, 0o700)
    return folder
  }
  return null
}

const isWholeJpeg = (bytes: Buffer): boolean =>
  bytes.length > 4 &&
  bytes.length <= maximumBytes &&
  bytes.subarray(0, 3).equals(Buffer.from('ffd8ff', 'hex')) &&
  bytes.subarray(-2).equals(Buffer.from('ffd9', 'hex'))

const capture = (device: string, file: string, options: FixedCameraOptions): Promise<Error | null> =>
  new Promise((resolve) => {
    const settings = {
      width: 1280,
      height: 720,
      quality: 85,
      output: 'jpeg',
      device,
      skip: options.skipFrames,
      saveShots: false,
      callbackReturn: 'location',
      verbose: false,
    } as const
    const webcam = new FSWebcam(settings)
    webcam.bin = `timeout --signal=KILL ${(options.timeoutMs / 1000).toFixed(3)} fswebcam`
    webcam.capture(file, (error) => resolve(error))
  })

const exitCodeOf = (error: Error | null): number =>
  error !== null && 'code' in error && typeof error.code === 'number' ? error.code : 0

const shellCommandNotFound = 127

const readPicture = async (file: string, failure: Error | null): Promise<Result<Buffer, ChowkiError>> => {
  if (exitCodeOf(failure) === shellCommandNotFound) {
    return err(chowkiError('camera_not_found', { message: 'The camera program fswebcam is not installed.' }))
  }
  // No file is the answer: the program exits well without a camera.
  const bytes = await readFile(file).catch(() => null)
  return bytes !== null && isWholeJpeg(bytes) ? ok(bytes) : err(chowkiError('camera_failed'))
}

const takeFrom = async (
  device: string,
  options: FixedCameraOptions,
): Promise<Result<Buffer, ChowkiError>> => {
  const folder = await makePrivateFolder(options.folders)
  if (folder === null)
    return err(chowkiError('camera_failed', { message: 'There is no folder for the picture.' }))
  try {
    const file = join(folder, 'picture.jpg')
    return await readPicture(file, await capture(device, file, options))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

// The failure is the answer.
const exists = async (device: string): Promise<boolean> =>
  device === 'TEST:' ||
  (await access(device).then(
    () => true,
    () => false,
  ))

export const createFixedCamera = (options: FixedCameraOptions): FixedCamera => {
  let isBusy = false
  return {
    take: async () => {
      const { device } = options
      if (device === null || !isCameraDevice(device) || !(await exists(device))) {
        return err(chowkiError('camera_not_found'))
      }
      if (isBusy) return err(chowkiError('camera_busy'))
      isBusy = true
      try {
        return await takeFrom(device, options)
      } catch {
        // The code is logged with the refused request; a path in the message would not help a guard.
        return err(chowkiError('camera_failed'))
      } finally {
        isBusy = false
      }
    },
  }
}

/** A shell that was killed in the middle of a picture has left its folder behind. */
export const removeForgottenPictures = async (
  folders: readonly string[],
  olderThanMs: number,
  now: number,
): Promise<void> => {
  for (const parent of folders) {
    // A folder that this machine lacks holds no forgotten pictures.
    const names = await readdir(parent).catch(() => [])
    for (const name of names.filter((entry) => entry.startsWith(folderPrefix))) {
      const path = join(parent, name)
      // What is gone meanwhile needs no removing.
      const age = await stat(path).then(
        (found) => now - found.mtimeMs,
        () => 0,
      )
      // Tried again at the next start.
      if (age > olderThanMs) await rm(path, { recursive: true, force: true }).catch(() => undefined)
    }
  }
}
