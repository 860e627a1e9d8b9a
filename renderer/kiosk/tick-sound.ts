import { usePreferences } from './preferences.ts'

let context: AudioContext | undefined

/** Two short strokes, as of a stamp on a register. Made here, so that no file has to load. */
export function playTick(): void {
  if (!usePreferences.getState().sound || typeof AudioContext === 'undefined') return
  context ??= new AudioContext()
  if (context.state === 'suspended') void context.resume()
  stroke(context, 1320, context.currentTime)
  stroke(context, 1980, context.currentTime + 0.055)
}

function stroke(audio: AudioContext, hertz: number, at: number): void {
  const tone = audio.createOscillator()
  const gain = audio.createGain()
  tone.type = 'triangle'
  tone.frequency.value = hertz
  gain.gain.setValueAtTime(0.16, at)
  gain.gain.exponentialRampToValueAtTime(0.001, at + 0.05)
  tone.connect(gain).connect(audio.destination)
  tone.start(at)
  tone.stop(at + 0.06)
}
