/** The part of node-webcam 0.8.2 that the camera uses; the package carries no types. */
declare module 'node-webcam/src/webcams/FSWebcam.js' {
  export interface CaptureOptions {
    readonly width: number
    readonly height: number
    /** 0 to 100 for JPEG. */
    readonly quality: number
    readonly output: 'jpeg'
    readonly device: string
    /** Frames thrown away first. */
    readonly skip: number
    readonly saveShots: boolean
    readonly callbackReturn: 'location'
    readonly verbose: boolean
  }
  export default class FSWebcam {
    constructor(options: CaptureOptions)
    /** The program's name, put at the head of a shell command. */
    bin: string
    capture(location: string, callback: (error: Error | null, location?: string) => void): void
  }
}
