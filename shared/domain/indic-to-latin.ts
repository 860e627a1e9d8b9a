/**
 * Names in the nine Indic scripts as Latin letters, near to how they are spelt on an Indian form. The scripts
 * share one layout (Unicode keeps ISCII's rows), so one table serves them all; the few that differ are listed.
 */

/** First code point of each script: Devanagari, Bengali, Gurmukhi, Gujarati, Odia, Tamil, Telugu, Kannada, Malayalam. */
const scriptStarts = [0x0900, 0x0980, 0x0a00, 0x0a80, 0x0b00, 0x0b80, 0x0c00, 0x0c80, 0x0d00]
const scriptSize = 0x80
const firstStart = 0x0900
const lastEnd = 0x0d7f

const virama = 0x4d
const nukta = 0x3c

// prettier-ignore
const vowels: Readonly<Record<number, string>> = {
  0x04: 'a', 0x05: 'a', 0x06: 'a', 0x07: 'i', 0x08: 'ee', 0x09: 'u', 0x0a: 'oo', 0x0b: 'ri', 0x0c: 'li',
  0x0d: 'e', 0x0e: 'e', 0x0f: 'e', 0x10: 'ai', 0x11: 'o', 0x12: 'o', 0x13: 'o', 0x14: 'au',
}

// prettier-ignore
const vowelSigns: Readonly<Record<number, string>> = {
  0x3e: 'a', 0x3f: 'i', 0x40: 'ee', 0x41: 'u', 0x42: 'oo', 0x43: 'ri', 0x44: 'ri', 0x45: 'e', 0x46: 'e',
  0x47: 'e', 0x48: 'ai', 0x49: 'o', 0x4a: 'o', 0x4b: 'o', 0x4c: 'au', 0x55: '', 0x56: '', 0x57: 'au',
}

// prettier-ignore
const consonants: Readonly<Record<number, string>> = {
  0x15: 'k', 0x16: 'kh', 0x17: 'g', 0x18: 'gh', 0x19: 'n',
  0x1a: 'ch', 0x1b: 'chh', 0x1c: 'j', 0x1d: 'jh', 0x1e: 'n',
  0x1f: 't', 0x20: 'th', 0x21: 'd', 0x22: 'dh', 0x23: 'n',
  0x24: 't', 0x25: 'th', 0x26: 'd', 0x27: 'dh', 0x28: 'n', 0x29: 'n',
  0x2a: 'p', 0x2b: 'ph', 0x2c: 'b', 0x2d: 'bh', 0x2e: 'm',
  0x2f: 'y', 0x30: 'r', 0x31: 'r', 0x32: 'l', 0x33: 'l', 0x34: 'l', 0x35: 'v',
  0x36: 'sh', 0x37: 'sh', 0x38: 's', 0x39: 'h', 0x5c: 'r', 0x5f: 'y',
  // Assamese ra and wa, Odia wa.
  0x70: 'r', 0x71: 'v',
}

/** A dot below makes another sound of these. */
const dotted: Readonly<Record<number, string>> = { 0x1c: 'z', 0x21: 'r', 0x22: 'rh', 0x2b: 'f', 0x2f: 'y' }

/** Letters without an inherent vowel. */
// prettier-ignore
const bare: Readonly<Record<number, string>> = {
  // Bengali khanda ta; Gurmukhi tippi and addak; Malayalam chillus.
  0x09ce: 't', 0x0a70: 'n', 0x0a71: '',
  0x0d7a: 'n', 0x0d7b: 'n', 0x0d7c: 'r', 0x0d7d: 'l', 0x0d7e: 'l', 0x0d7f: 'k',
}

/** A sound and whether an unwritten `a` follows it. */
export interface Sound {
  readonly latin: string
  readonly inherent: boolean
}

export const isIndic = (codePoint: number): boolean => codePoint >= firstStart && codePoint <= lastEnd

/** One word in NFC; characters of other scripts pass as they are. */
export function indicSounds(word: string): Sound[] {
  const points = Array.from(word, (character) => character.codePointAt(0) ?? 0)
  const sounds: Sound[] = []
  for (let i = 0; i < points.length; i++) {
    const point = points[i] ?? 0
    const sound = isIndic(point)
      ? indicSound(points, i)
      : { latin: String.fromCodePoint(point), inherent: false }
    if (sound) sounds.push(sound)
  }
  return sounds
}

function indicSound(points: readonly number[], at: number): Sound | null {
  const point = points[at] ?? 0
  const special = bare[point]
  if (special !== undefined) return { latin: special, inherent: false }
  const offset = offsetOf(point)
  const consonant = consonants[offset]
  if (consonant !== undefined) return consonantSound(points, at, consonant)
  const vowel = vowels[offset] ?? vowelSigns[offset]
  if (vowel !== undefined) return { latin: vowel, inherent: false }
  if (offset >= 0x66 && offset <= 0x6f) return { latin: String(offset - 0x66), inherent: false }
  if (offset === 0x01 || offset === 0x02) return { latin: nasalBefore(points[at + 1]), inherent: false }
  return null
}

function consonantSound(points: readonly number[], at: number, plain: string): Sound {
  const offset = offsetOf(points[at] ?? 0)
  const hasDot = offsetOrNone(points[at + 1]) === nukta
  const following = offsetOrNone(points[at + (hasDot ? 2 : 1)])
  const latin = (hasDot ? dotted[offset] : gyOf(points, at)) ?? plain
  const silent = following === virama || (following !== null && vowelSigns[following] !== undefined)
  return { latin, inherent: !silent }
}

/** ja + virama + nya is said, and spelt, `gy` in the north: Gyan, Yagya. */
function gyOf(points: readonly number[], at: number): string | undefined {
  const conjunct = [0, 1, 2].map((step) => offsetOrNone(points[at + step]))
  if (conjunct[0] === 0x1c && conjunct[1] === virama && conjunct[2] === 0x1e) return 'g'
  const before = [-2, -1, 0].map((step) => offsetOrNone(points[at + step]))
  return before[0] === 0x1c && before[1] === virama && before[2] === 0x1e ? 'y' : undefined
}

/** Anusvara: `m` before the lips close (Sampat), `ng` before ha (Singh), else `n` (Sanjay). */
const nasalBefore = (next: number | undefined): string => {
  const offset = offsetOrNone(next)
  if (offset === 0x39) return 'ng'
  return offset !== null && offset >= 0x2a && offset <= 0x2e ? 'm' : 'n'
}

const offsetOf = (point: number): number => (point - firstStart) % scriptSize

const offsetOrNone = (point: number | undefined): number | null =>
  point !== undefined && isIndic(point) ? offsetOf(point) : null

/** Scripts whose letters leave open which of several Latin ones is meant (k or g, b or v). */
const looseScripts = new Set([0x0b80, 0x0980, 0x0b00])

export const hasLooseScript = (word: string): boolean =>
  Array.from(word).some((character) => {
    const point = character.codePointAt(0) ?? 0
    return (
      isIndic(point) && looseScripts.has(scriptStarts[Math.floor((point - firstStart) / scriptSize)] ?? 0)
    )
  })
