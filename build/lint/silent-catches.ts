/**
 * A failure that is caught and not looked at needs its reason beside it: a comment on the line above, on the same line, or
 * first in the block. Where the error is named (`catch (error)`), it is handled or logged, and the reader sees how.
 */
export interface SilentCatch {
  /** From 1. */
  readonly line: number
  readonly text: string
}

const withoutError = /\bcatch \{|\.catch\(\(\) =>|\.catch\(\(\): /
const comment = /(^|\s)(\/\/|\/\*|\*)/

export function findSilentCatches(source: string): SilentCatch[] {
  const lines = source.split('\n')
  return lines.flatMap((text, index) => {
    if (!withoutError.test(text) || /^\s*(\/\/|\*)/.test(text)) return []
    const around = [...statementAbove(lines, index), text, lines[index + 1] ?? '']
    return around.some((line) => comment.test(line)) ? [] : [{ line: index + 1, text: text.trim() }]
  })
}

/** A statement over several lines has its reason above its first one. */
function statementAbove(lines: readonly string[], index: number): string[] {
  const above: string[] = []
  for (let at = index - 1; at >= 0 && above.length < 4; at -= 1) {
    const line = lines[at] ?? ''
    above.push(line)
    if (comment.test(line) || line.trim() === '') break
    if (!/^\s*(\.|\)|await |void |const |return )/.test(lines[at + 1] ?? '')) break
  }
  return above
}
