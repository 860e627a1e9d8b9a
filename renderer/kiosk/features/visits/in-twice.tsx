import { IconArrowsJoin } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Visit } from '../../../data/kiosk-data.ts'
import { StateWord } from '../../../ui/state-word.tsx'
import { useClock } from '../../time.ts'

interface InTwiceProps {
  readonly visit: Visit
  readonly className: string | undefined
}

/** Two gates let him in: one person, one row, one exit. Nothing for anybody else. */
export function InTwice({ visit, className }: InTwiceProps) {
  const { t } = useTranslation()
  const clock = useClock()
  if (visit.alsoOpen.length === 0) return null
  return (
    <>
      <StateWord tone="waiting" icon={IconArrowsJoin}>
        {t('inside.twice')}
      </StateWord>
      {[visit, ...visit.alsoOpen].map(({ entryId, gateName, entryAt }) => (
        <p key={entryId} className={className}>
          {gateName} {clock.time(entryAt)}
        </p>
      ))}
    </>
  )
}
