/** The gate's camera: a live stream for as long as the gate screen stands, so that a picture never waits for it. */
import { useCallback, useEffect, useRef, useState } from 'react'
import type { PhotoSource } from '../../../data/photos/photo-capture.ts'
import { retryWaitMs } from '../../../data/replication/retry-wait.ts'
import { freshFrame } from '../../../platform/fresh-frame.ts'
import { useKiosk } from '../../kiosk-context.ts'

/** `silent`: it is there and sends no pictures. */
export type CameraState = 'starting' | 'live' | 'silent' | 'missing' | 'fixed'

export interface Camera {
  readonly state: CameraState
  /** Puts the one video element into whichever place is on the screen. */
  readonly attach: (place: HTMLElement | null) => void
  /** Of a frame that came after this was asked; null where none came in time: the visit never waits longer for it. */
  readonly take: () => Promise<Blob | null>
}

const liveTimeoutMs = 1_500
const fixedTimeoutMs = 5_000

export function useCamera(): Camera {
  const { platform, launch, capturePhoto } = useKiosk()
  const [video] = useState(createVideo)
  const state = useStream(video)
  const attach = useCallback(
    (place: HTMLElement | null) => {
      if (place === null) return
      place.append(video)
      // It is interrupted by the next place that it is put into, where it plays.
      void video.play().catch(() => undefined)
    },
    [video],
  )
  const take = useCallback((): Promise<Blob | null> => {
    const pictureOf = async (source: PhotoSource): Promise<Blob | null> => {
      const picture = await capturePhoto(source)
      return picture.ok ? picture.value : null
    }
    const takeFixed = async (): Promise<Blob | null> => {
      const taken = await platform.takeFixedPicture()
      return taken.ok ? pictureOf(taken.value) : null
    }
    if (launch.fixedCamera) return within(fixedTimeoutMs, takeFixed())
    if (!isSending(video)) return Promise.resolve(null)
    const begunAt = performance.now()
    // Taken off the screen meanwhile, a video stands still. Where it does not play, no fresh frame comes, and that is said.
    void video.play().catch(() => undefined)
    return within(
      liveTimeoutMs,
      freshFrame(video, begunAt).then(() => pictureOf(video)),
    )
  }, [launch, platform, capturePhoto, video])
  return { state, attach, take }
}

/** One for all places: an element of its own in each would show nothing for its first tenths of a second. */
function createVideo(): HTMLVideoElement {
  const video = document.createElement('video')
  video.autoplay = true
  video.muted = true
  video.playsInline = true
  return video
}

function useStream(video: HTMLVideoElement): CameraState {
  const { launch, openCamera } = useKiosk()
  const [state, setState] = useState<CameraState>(launch.fixedCamera ? 'fixed' : 'starting')
  const [attempt, setAttempt] = useState(0)
  const failures = useRef(0)

  useEffect(() => {
    if (launch.fixedCamera) return undefined
    let opened: MediaStream | null = null
    let left = false
    const again = (): void => setAttempt((n) => n + 1)
    const wait = createWait(again, failures)
    const stopWatching = watchFrames(video, (isSending) => {
      if (opened === null) return
      setState(isSending ? 'live' : 'silent')
      if (isSending) failures.current = 0
      else wait.begin()
    })
    openCamera().then(
      (media) => {
        if (left) return stopTracks(media)
        opened = media
        for (const track of media.getTracks()) track.addEventListener('ended', again)
        video.srcObject = media
        setState(isSending(video) ? 'live' : 'silent')
      },
      () => {
        if (left) return
        // Shown in the picture's place. Another program may have it for a moment.
        setState('missing')
        wait.begin()
      },
    )
    navigator.mediaDevices?.addEventListener('devicechange', again)
    return () => {
      left = true
      wait.end()
      stopWatching()
      navigator.mediaDevices?.removeEventListener('devicechange', again)
      if (opened !== null) stopTracks(opened)
      video.srcObject = null
    }
  }, [launch, openCamera, video, attempt])

  return state
}

/** Opens the camera again after a while that grows with each failure. */
function createWait(again: () => void, failures: { current: number }) {
  let timer: ReturnType<typeof setTimeout> | null = null
  return {
    begin() {
      if (timer !== null) return
      failures.current += 1
      timer = setTimeout(again, retryWaitMs(failures.current, Math.random()))
    },
    end() {
      if (timer !== null) clearTimeout(timer)
    },
  }
}

const frozenMs = 3_000

/** Tells every few seconds whether frames still come. A video that is not on the screen stands still and tells nothing. */
function watchFrames(video: HTMLVideoElement, tell: (isSending: boolean) => void): () => void {
  let frames = -1
  const timer = setInterval(() => {
    if (video.paused) {
      frames = -1
      return
    }
    const { totalVideoFrames } = video.getVideoPlaybackQuality()
    tell(totalVideoFrames !== frames && isSending(video))
    frames = totalVideoFrames
  }, frozenMs)
  return () => clearInterval(timer)
}

/** A track that is muted shows the last frame that it had. */
function isSending(video: HTMLVideoElement): boolean {
  const media = video.srcObject
  if (!(media instanceof MediaStream)) return false
  return media.getVideoTracks().some((track) => track.readyState === 'live' && !track.muted)
}

const stopTracks = (media: MediaStream): void => media.getTracks().forEach((track) => track.stop())

const within = (timeoutMs: number, taking: Promise<Blob | null>): Promise<Blob | null> =>
  Promise.race([
    // No picture is an answer: the visit is saved without one, and the screen says so.
    taking.catch(() => null),
    new Promise<null>((resolve) => setTimeout(resolve, timeoutMs, null)),
  ])
