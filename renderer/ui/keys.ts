/**
 * What is typed is text, always. A row or a chip is chosen by Alt with a digit, which types nothing on any layout; a
 * visit is taken back and a form taken up again by F-keys. Keys are judged by what they mean (`key`), never by where
 * they lie (`code`): on a Hindi keyboard Shift+1 is ऍ.
 */
import { toAsciiDigits } from '@chowki/shared/domain/text.ts'

export const undoKey = 'F8'
export const takeUpKey = 'F9'
export const rowKeysMax = 9

/** As it stands on the row; `at` from 0. */
export const rowKey = (at: number): string | null => (at < rowKeysMax ? `Alt ${at + 1}` : null)

type KeyStroke = Pick<
  KeyboardEvent,
  'key' | 'altKey' | 'ctrlKey' | 'metaKey' | 'location' | 'getModifierState'
>

/** Place in a list, from 0, that Alt with a digit of any script means. */
export function chosenPlace(stroke: KeyStroke): number | null {
  const { altKey, ctrlKey, metaKey, location } = stroke
  // AltGr types letters, on Windows as Ctrl+Alt; Alt with the number pad types a sign by its code.
  if (!altKey || ctrlKey || metaKey || stroke.getModifierState('AltGraph') || location === numberPad)
    return null
  const digit = toAsciiDigits(stroke.key)
  return /^[1-9]$/u.test(digit) ? Number(digit) - 1 : null
}

const numberPad = 3

/** `Enter`, `F3`, `Dead`, `Process`. An Indian layout gives several letters at one key: त्र. */
const isNamed = (key: string): boolean => /^[A-Z][A-Za-z0-9]+$/u.test(key)

/** The blank presses a button. */
export const typesText = ({ key, altKey, ctrlKey, metaKey }: KeyStroke): boolean =>
  key !== '' && key !== ' ' && !isNamed(key) && !altKey && !ctrlKey && !metaKey

/** An input method is at work: its Enter, Esc and arrows are its own. Some tell it by the code 229 alone. */
export const composes = ({ isComposing, keyCode }: Pick<KeyboardEvent, 'isComposing' | 'keyCode'>): boolean =>
  isComposing || keyCode === 229
