/** A stream with somebody in it: Chromium's own made-up camera shows a green disc. */
const width = 1280
const height = 720

/** What cameras do at a gate. `busy`: another program has it at first. `frozen`: after the first frame none comes. */
export const cameraFaults = ['busy', 'frozen', 'muted'] as const
export type CameraFault = (typeof cameraFaults)[number]

let opened = 0

export function openPaintedCamera(fault?: CameraFault): Promise<MediaStream> {
  opened += 1
  if (fault === 'busy' && opened <= 2)
    return Promise.reject(new DOMException('another program has it', 'NotReadableError'))

  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const context = canvas.getContext('2d')
  if (context === null) return Promise.reject(new Error('No drawing context'))
  paint(context)
  const stream = canvas.captureStream(4)
  // A canvas sends a frame only when something is drawn on it.
  if (fault !== 'frozen') setInterval(() => paint(context), 500)
  if (fault === 'muted')
    for (const track of stream.getTracks()) Object.defineProperty(track, 'muted', { value: true })
  return Promise.resolve(stream)
}

function paint(context: CanvasRenderingContext2D): void {
  const sky = context.createLinearGradient(0, 0, 0, height)
  sky.addColorStop(0, '#b9c8c6')
  sky.addColorStop(0.6, '#e9dcc6')
  sky.addColorStop(1, '#8e8570')
  fill(context, sky, new Path2D('M0 0h1280v720H0z'))
  fill(context, '#a89c88', new Path2D('M0 250h330v470H0zM980 190h300v530H980z'))
  fill(context, '#8d826f', new Path2D('M60 300h70v110H60zM180 300h70v110h-70zM1060 250h80v120h-80z'))
  fill(
    context,
    '#6f7d57',
    new Path2D('M330 470c60-90 180-60 200 20s-200 60-200 20zM840 500c40-110 190-80 190 10s-190 60-190-10z'),
  )
  fill(context, '#2f4a63', new Path2D('M380 720c10-190 130-240 260-240s250 50 260 240z'))
  fill(context, '#8a5a3c', new Path2D('M590 400h100v110c-30 40-70 40-100 0z'))
  fill(
    context,
    '#9b6846',
    new Path2D('M530 290c0-90 50-140 110-140s110 50 110 140-50 170-110 170-110-80-110-170z'),
  )
  fill(
    context,
    '#221a17',
    new Path2D('M520 300c-20-130 60-180 120-180s140 50 120 180c-20-70-60-90-120-90s-100 20-120 90z'),
  )
  fill(
    context,
    '#3a2a22',
    new Path2D('M582 300h40v10h-40zM658 300h40v10h-40zM606 392c20 16 48 16 68 0-10 26-58 26-68 0z'),
  )
}

function fill(context: CanvasRenderingContext2D, colour: string | CanvasGradient, shape: Path2D): void {
  context.fillStyle = colour
  context.fill(shape)
}
