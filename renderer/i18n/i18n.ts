import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import english from './en.json' with { type: 'json' }
import hindi from './hi.json' with { type: 'json' }

export const languages = ['en', 'hi'] as const
export type Language = (typeof languages)[number]

const isLanguage = (value: unknown): value is Language => languages.some((language) => language === value)

const languageKey = 'chowki.language'

const storedLanguage = (): Language => {
  const stored = globalThis.localStorage?.getItem(languageKey)
  return isLanguage(stored) ? stored : 'en'
}

/** Both languages are in the bundle: a language changed while offline must come at once. */
export function startI18n(language: Language = storedLanguage()): void {
  void i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    supportedLngs: languages,
    initAsync: false,
    interpolation: { escapeValue: false },
    resources: { en: { translation: english }, hi: { translation: hindi } },
  })
  document.documentElement.lang = language
}

export function changeLanguage(language: Language): void {
  globalThis.localStorage?.setItem(languageKey, language)
  document.documentElement.lang = language
  void i18next.changeLanguage(language)
}

export const currentLanguage = (): Language => (isLanguage(i18next.language) ? i18next.language : 'en')
