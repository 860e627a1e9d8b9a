import type { ErrorCode } from '@chowki/shared/errors/codes.ts'
import { useTranslation } from 'react-i18next'

export interface ErrorWords {
  readonly what: string
  readonly remedy: string
}

/** The guard's own words for an error; the codes' English is for developers. */
export function useErrorWords(): (code: ErrorCode) => ErrorWords {
  const { t } = useTranslation()
  return (code) => ({ what: t(`errors.${code}.what`), remedy: t(`errors.${code}.remedy`) })
}
