/** What is asked of a video: to tell of the frames that it shows. */
export type FrameTeller = Pick<HTMLVideoElement, 'requestVideoFrameCallback'>

/**
 * Resolves when a frame is shown that came after `begunAt` (`performance.now()`): one that stood there before would be of
 * whoever came before. Never resolves where none comes, as of a camera that is frozen; the caller limits the time.
 */
export function freshFrame(video: FrameTeller, begunAt: number): Promise<void> {
  return new Promise((resolve) => {
    const ask = (isSecond: boolean): number =>
      video.requestVideoFrameCallback((_now, { captureTime }) => {
        // Not every camera says when it took a frame; of two that are shown one after the other, the second came after.
        if (isSecond || (captureTime !== undefined && captureTime >= begunAt)) resolve()
        else ask(true)
      })
    ask(false)
  })
}
