/** From the webcam, a canvas or a fixed camera's picture to a JPEG that the desk may keep: 1280x720, at most 80 KB. */
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import { photoBytesMax } from '@chowki/shared/protocol/photo-frame.ts'

export const photoWidth = 1280
export const photoHeight = 720

export type PhotoSource = HTMLVideoElement | HTMLCanvasElement | OffscreenCanvas | ImageBitmap | Blob

/** Tried in turn; a face at a gate fits 80 KB at the first or second, foliage in the wind may need the last. */
const qualities = [0.82, 0.7, 0.58, 0.46, 0.34, 0.22, 0.12] as const
/** Where even the lowest quality is too large: the same picture, smaller. */
const scales = [1, 0.75, 0.5] as const

export async function capturePhoto(source: PhotoSource): Promise<Result<Blob, ChowkiError>> {
  try {
    const image = source instanceof Blob ? await createImageBitmap(source) : source
    const size = sizeOf(image)
    if (size.width === 0 || size.height === 0) return err(chowkiError('camera_failed'))
    for (const scale of scales) {
      const canvas = drawCovering(image, size, scale)
      for (const quality of qualities) {
        const jpeg = await canvas.convertToBlob({ type: 'image/jpeg', quality })
        if (jpeg.size <= photoBytesMax) return ok(jpeg)
      }
    }
    return err(chowkiError('photo_too_large'))
  } catch {
    // The browser's own words name no remedy; which source failed does.
    return err(chowkiError(source instanceof Blob ? 'photo_not_jpeg' : 'camera_failed'))
  }
}

interface Size {
  readonly width: number
  readonly height: number
}

const sizeOf = (image: Exclude<PhotoSource, Blob>): Size =>
  image instanceof HTMLVideoElement
    ? { width: image.videoWidth, height: image.videoHeight }
    : { width: image.width, height: image.height }

/** Fills 16:9 and cuts what stands over, as the preview does: a 4:3 camera is not squeezed. */
function drawCovering(image: CanvasImageSource, size: Size, scale: number): OffscreenCanvas {
  const width = Math.round(photoWidth * scale)
  const height = Math.round(photoHeight * scale)
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('No drawing context')
  const cover = Math.max(width / size.width, height / size.height)
  const drawn = { width: size.width * cover, height: size.height * cover }
  context.imageSmoothingQuality = 'high'
  context.drawImage(image, (width - drawn.width) / 2, (height - drawn.height) / 2, drawn.width, drawn.height)
  return canvas
}
