/** What a guard may set on this desk; kept by the browser, as it is neither personal nor replicated. */
import { create } from 'zustand'

export const themeChoices = ['auto', 'light', 'dark'] as const
export type ThemeChoice = (typeof themeChoices)[number]

const themeKey = 'chowki.theme'
const soundKey = 'chowki.sound'

const storedTheme = (): ThemeChoice => {
  const stored = globalThis.localStorage?.getItem(themeKey)
  return themeChoices.find((choice) => choice === stored) ?? 'auto'
}

interface Preferences {
  readonly theme: ThemeChoice
  readonly sound: boolean
  setTheme(theme: ThemeChoice): void
  setSound(sound: boolean): void
}

export const usePreferences = create<Preferences>((set) => ({
  theme: storedTheme(),
  sound: globalThis.localStorage?.getItem(soundKey) !== 'off',
  setTheme(theme) {
    globalThis.localStorage?.setItem(themeKey, theme)
    set({ theme })
  },
  setSound(sound) {
    globalThis.localStorage?.setItem(soundKey, sound ? 'on' : 'off')
    set({ sound })
  },
}))

const nightFrom = 19
const dayFrom = 6

export const schemeAt = (choice: ThemeChoice, hour: number): 'light' | 'dark' =>
  choice === 'auto' ? (hour >= nightFrom || hour < dayFrom ? 'dark' : 'light') : choice
