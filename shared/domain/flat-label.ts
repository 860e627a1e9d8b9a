import { compactText } from './text.ts'

/** `A` and `1203` -> `A-1203`; a number that names its block already stays as it is. */
export function flatLabel(blockName: string, flatNumber: string): string {
  const [block, flat] = [blockName.trim(), flatNumber.trim()]
  if (block === '' || (isNamedIn(block, flat) && flat !== block)) return flat
  return `${block}-${flat}`
}

/** As typed: `a1203`, `A 1203`, `1203` and `12` all find `A-1203`. */
export function flatMatches(label: string, term: string): boolean {
  const wanted = compactText(term)
  if (wanted === '') return true
  const parts = label.split('-').map(compactText)
  return compactText(label).startsWith(wanted) || parts.some((part) => part.startsWith(wanted))
}

const isNamedIn = (block: string, flat: string) => {
  const rest = flat.slice(block.length)
  return flat.toLowerCase().startsWith(block.toLowerCase()) && /^[\s\-/]/.test(rest)
}
