import { expect, test } from 'vitest'
import { freshFrame } from './fresh-frame.ts'
import type { FrameTeller } from './fresh-frame.ts'

function createVideo() {
  const waiting: VideoFrameRequestCallback[] = []
  const video: FrameTeller = { requestVideoFrameCallback: (told) => waiting.push(told) }
  const show = async (captureTime?: number): Promise<void> => {
    const told = waiting.splice(0)
    for (const tell of told) tell(0, { captureTime } as VideoFrameCallbackMetadata)
    await Promise.resolve()
  }
  return { video, show }
}

test.each([
  ['taken after the action', [1_000], true],
  ['taken before it', [999], false],
  ['the first of a camera that does not say when', [undefined], false],
  ['the second of such a camera', [undefined, undefined], true],
  ['none', [], false],
])('FAULT-5 a frame that is %s', async (_what, captureTimes, isTaken) => {
  const { video, show } = createVideo()
  let taken = false
  void freshFrame(video, 1_000).then(() => (taken = true))
  for (const captureTime of captureTimes) await show(captureTime)
  expect(taken).toBe(isTaken)
})
