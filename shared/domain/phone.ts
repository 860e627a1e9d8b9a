/** Phones as typed at a gate -> one canonical form, so that equality finds them. */
import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min'
import { plainText } from './text.ts'

/** ISO 3166 code of the country whose numbers are written without one. */
export const defaultPhoneRegion = 'IN'

/** A house's own line: no country has numbers so short. */
const extensionPattern = /^[0-9]{4,6}$/

/**
 * `+` and the whole number with its country, or the digits of an intercom extension. Null: no phone, for its
 * length or its first digits are of no number in its country. Of records from before, a number that is no longer
 * taken stays as it is stored: only what is typed is judged.
 */
export function normalisePhone(typed: string, region: string = defaultPhoneRegion): string | null {
  const digits = plainText(typed).replace(/[\s().\-\u2010-\u2015/]/gu, '')
  if (extensionPattern.test(digits)) return digits
  if (!/^\+?[0-9]{7,20}$/.test(digits)) return null
  const defaultCountry = isSupportedCountry(region) ? region : defaultPhoneRegion
  const parsed = parsePhoneNumberFromString(digits, { defaultCountry, extract: false })
  return parsed?.isValid() === true ? parsed.number : null
}

/** What a list, a print or another role may show: the last four digits, of a short number the last two. */
export function maskPhone(phone: string): string {
  const shown = phone.length > 6 ? 4 : 2
  const hidden = phone.slice(0, -shown).replace(/[0-9]/g, '•')
  return hidden + phone.slice(-shown)
}
