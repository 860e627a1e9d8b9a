/** Puts the table into e2e/README.md, between two marks; the marks are added where they are missing. Pure. */
import { Refusal } from '../../../build/setup/refusal.mjs'

export const startMark = '<!-- bench:start -->'
export const endMark = '<!-- bench:end -->'
const heading = '## Figures'

export function withFigures(readme: string, lines: readonly string[]): string {
  const block = [startMark, '', ...lines, '', endMark].join('\n')
  const start = readme.indexOf(startMark)
  const end = readme.indexOf(endMark)
  if (start !== -1 && end > start) return readme.slice(0, start) + block + readme.slice(end + endMark.length)
  if (start !== -1 || end !== -1) {
    throw new Refusal(
      `e2e/README.md has only one of ${startMark} and ${endMark}, or has them the wrong way round.`,
      'Remove what is left of them; the bench puts both.',
    )
  }
  return atEndOfSection(readme, block)
}

/** A missing section is added at the end. */
function atEndOfSection(readme: string, block: string): string {
  const lines = readme.trimEnd().split('\n')
  const begin = lines.indexOf(heading)
  if (begin === -1) return `${lines.join('\n')}\n\n${heading}\n\n${block}\n`
  const next = lines.findIndex((line, index) => index > begin && /^##? /.test(line))
  const before = (next === -1 ? lines : lines.slice(0, next)).join('\n').trimEnd()
  const after = next === -1 ? '' : `\n${lines.slice(next).join('\n')}\n`
  return `${before}\n\n${block}\n${after}`
}
