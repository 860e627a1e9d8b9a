import { useTranslation } from 'react-i18next'
import type { Visit } from '../../../data/kiosk-data.ts'
import { useClock } from '../../time.ts'

/** What a clock wrote that was days off, beside the time by which the visit is listed. Nothing for other visits. */
export function WrittenAt({ visit }: { readonly visit: Visit }) {
  const { t } = useTranslation()
  const clock = useClock()
  if (visit.writtenAt === null) return null
  return (
    <span data-testid="written-at">{t('common.deskClockSaid', { time: clock.date(visit.writtenAt) })}</span>
  )
}
