import { compactText } from './text.ts'

/** `A` and `1203` -> `A-1203`; a number that names its block already stays as it is. */
export function flatLabel(blockName: string, flatNumber: string): string {
  const [block, flat] = [blockName.trim(), flatNumber.trim()]
  if (block === '' || (isNamedIn(block, flat) && flat !== block)) return flat
  return `${block}-${flat}`
}

/** How people say a flat, beginning with the way that its label goes: `A-1203` is a1203, 1203a and 1203. */
export function flatKeys(label: string): string[] {
  const [block = '', ...rest] = label.split('-').map(compactText)
  if (rest.length === 0) return [block]
  // Of `Tower A-1203` the last word is said for the whole: a1203.
  const short = compactText(label.split('-')[0]?.trim().split(/\s+/u).at(-1) ?? '')
  const number = rest.join('')
  return [...new Set([block + number, number + block, short + number, number + short, ...rest])]
}

/** As typed: `a1203`, `A 1203`, `A/1203`, `1203 A`, `1203` and `12` all find `A-1203`. */
export function flatMatches(label: string, term: string): boolean {
  const wanted = compactText(term)
  return flatKeys(label).some((key) => key.startsWith(wanted))
}

const isNamedIn = (block: string, flat: string) => {
  const rest = flat.slice(block.length)
  return flat.toLowerCase().startsWith(block.toLowerCase()) && /^[\s\-/]/.test(rest)
}
