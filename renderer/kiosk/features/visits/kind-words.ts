import { useTranslation } from 'react-i18next'
import type { Visit } from '../../../data/kiosk-data.ts'
import { isKnownPurpose } from '../gate/visit-kinds.ts'

export interface KindWords {
  readonly kind: string
  readonly purpose: string | null
}

/** A purpose that this desk has no chip for, written elsewhere, is shown as it was written. */
export function useKindWords(): (visit: Visit) => KindWords {
  const { t } = useTranslation()
  return ({ entryType, purpose }) => ({
    kind: t(`entryType.${entryType}`),
    purpose: purpose !== null && isKnownPurpose(purpose) ? t(`purpose.${purpose}`) : purpose,
  })
}
