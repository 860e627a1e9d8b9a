/** The country of an address is free text; phones need its code. */
import { defaultPhoneRegion } from '@chowki/shared/domain/phone.ts'
import { compactText } from '@chowki/shared/domain/text.ts'

const letters = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ')
const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })

/** English names and the codes themselves -> codes. */
const codes: ReadonlyMap<string, string> = new Map(
  letters
    .flatMap((first) => letters.map((second) => first + second))
    .flatMap((code) => {
      const name = names.of(code)
      // UK and other former codes stand for the one of today.
      const { region } = new Intl.Locale(`und-${code}`)
      if (name === undefined || region === undefined) return []
      return [[compactText(code), region] as const, [compactText(name), region] as const]
    }),
)

/** ISO 3166 code; India where the country is unknown. */
export const regionOf = (country: string): string => codes.get(compactText(country)) ?? defaultPhoneRegion
