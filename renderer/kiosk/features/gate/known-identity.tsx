import { IconBan, IconDoorEnter } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Visit } from '../../../data/kiosk-data.ts'
import { PersonPhoto } from '../../../ui/person-photo.tsx'
import { StateWord } from '../../../ui/state-word.tsx'
import type { ShownPhoto } from '../../queries.ts'
import { useClock, useNow } from '../../time.ts'
import { spokenPhone } from './draft.ts'
import { CorrectButton } from './correct-person.tsx'
import type { Chosen } from './gate-store.ts'
import { InTwice } from '../visits/in-twice.tsx'
import { StayFacts } from './stay-facts.tsx'
import styles from './visit-panel.module.css'

interface KnownIdentityProps {
  readonly shown: Chosen
  readonly visit: Visit | null
  readonly barred: boolean
  /** Photo of an earlier visit, beside the live picture: is it the same face? */
  readonly earlier: ShownPhoto
  readonly onCorrect: () => void
}

export function KnownIdentity({ shown, visit, barred, earlier, onCorrect }: KnownIdentityProps) {
  const { t } = useTranslation()
  const { person, draft } = shown
  return (
    <div className={styles['identity']}>
      <div className={styles['called']}>
        {visit === null ? (
          <CorrectButton onPress={onCorrect}>
            <span className={styles['name']}>{draft.name}</span>
            <span className={styles['phone']}>{spokenPhone(draft.phone)}</span>
          </CorrectButton>
        ) : (
          <>
            <h2 className={styles['name']}>{draft.name}</h2>
            <p className={styles['phone']}>{spokenPhone(draft.phone)}</p>
          </>
        )}
        {visit === null && <LastSeen at={person?.lastSeenAt ?? null} />}
        <div className={styles['words']}>
          {visit !== null && <InsideSince at={visit.entryAt} />}
          {barred && (
            <StateWord tone="refused" icon={IconBan}>
              {t('gate.barred')}
            </StateWord>
          )}
        </div>
        {visit !== null && <InTwice visit={visit} className={styles['seen']} />}
      </div>
      {visit === null && earlier.standing === 'here' && (
        <span role="img" aria-label={t('camera.before')}>
          <PersonPhoto name={draft.name} url={earlier.url} size="face" />
        </span>
      )}
      {visit === null && earlier.standing === 'away' && (
        <PersonPhoto name={draft.name} url={null} size="face" awayLabel={t('camera.away')} />
      )}
      {visit !== null && <StayFacts visit={visit} />}
    </div>
  )
}

function LastSeen({ at }: { readonly at: number | null }) {
  const { t } = useTranslation()
  const clock = useClock()
  const now = useNow(30_000)
  return (
    <p className={styles['seen']}>
      {at === null ? t('gate.firstVisit') : t('gate.lastSeen', { time: clock.ago(at, now) })}
    </p>
  )
}

function InsideSince({ at }: { readonly at: number }) {
  const { t } = useTranslation()
  const clock = useClock()
  return (
    <StateWord tone="inside" icon={IconDoorEnter}>
      {t('gate.insideSince', { time: clock.time(at) })}
    </StateWord>
  )
}
