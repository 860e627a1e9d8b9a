import { plainText } from '@chowki/shared/domain/text.ts'

/** Crockford's base 32: letters that look like digits are taken as the digits. */
export const codeLength = 8

export const normalizeCode = (typed: string): string =>
  plainText(typed)
    .toLocaleUpperCase('en')
    .replace(/[IL]/gu, '1')
    .replace(/O/gu, '0')
    .replace(/[^0-9A-HJKMNP-TV-Z]/gu, '')
    .slice(0, codeLength)

/** `7K4M 2XQ9`, as it is read aloud. */
export const spokenCode = (code: string): string =>
  [code.slice(0, 4), code.slice(4)].filter(Boolean).join(' ')

/** The origin of what was typed; without a scheme it is taken as https. Null where it is no address. */
export function originOf(typed: string): string | null {
  const text = typed.trim()
  if (text === '' || /\s/u.test(text)) return null
  try {
    const url = new URL(/^[a-z]+:\/\//iu.test(text) ? text : `https://${text}`)
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.origin : null
  } catch {
    // No address: the caller says so.
    return null
  }
}
