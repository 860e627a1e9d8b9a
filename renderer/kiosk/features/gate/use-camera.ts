/** The gate's camera: a live stream for as long as the gate screen stands, so that a picture never waits for it. */
import { useCallback, useEffect, useState } from 'react'
import type { PhotoSource } from '../../../data/photos/photo-capture.ts'
import { useKiosk } from '../../kiosk-context.ts'

export type CameraState = 'starting' | 'live' | 'missing' | 'fixed'

export interface Camera {
  readonly state: CameraState
  /** Puts the one video element into whichever place is on the screen. */
  readonly attach: (place: HTMLElement | null) => void
  /** Null where no picture came in time: the visit never waits for it longer than that. */
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
    return video.srcObject === null
      ? Promise.resolve(null)
      : within(
          liveTimeoutMs,
          firstFrame(video).then(() => pictureOf(video)),
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

  useEffect(() => {
    if (launch.fixedCamera) return undefined
    let opened: MediaStream | null = null
    let left = false
    const again = (): void => setAttempt((n) => n + 1)
    openCamera().then(
      (media) => {
        if (left) return stopTracks(media)
        opened = media
        for (const track of media.getTracks()) track.addEventListener('ended', again)
        video.srcObject = media
        setState('live')
      },
      // Shown in the picture's place.
      () => left || setState('missing'),
    )
    navigator.mediaDevices?.addEventListener('devicechange', again)
    return () => {
      left = true
      navigator.mediaDevices?.removeEventListener('devicechange', again)
      if (opened !== null) stopTracks(opened)
      video.srcObject = null
    }
  }, [launch, openCamera, video, attempt])

  return state
}

const stopTracks = (media: MediaStream): void => media.getTracks().forEach((track) => track.stop())

/** Before it a video draws as black. */
const firstFrame = (video: HTMLVideoElement): Promise<void> =>
  video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA
    ? Promise.resolve()
    : new Promise((resolve) => video.addEventListener('loadeddata', () => resolve(), { once: true }))

const within = (timeoutMs: number, taking: Promise<Blob | null>): Promise<Blob | null> =>
  Promise.race([
    // No picture is an answer: the visit is saved without one, and the screen says so.
    taking.catch(() => null),
    new Promise<null>((resolve) => setTimeout(resolve, timeoutMs, null)),
  ])
