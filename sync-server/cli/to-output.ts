/** What a desk sent may hold control characters, which the admin's terminal would obey: they are shown instead. */
export const toOutput = (lines: readonly string[]): string =>
  lines.map((line) => `${line.replace(/[^\P{Cc}\t]/gu, asEscape)}\n`).join('')

/** As in JSON, so that JSON stays what it is. */
const asEscape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
