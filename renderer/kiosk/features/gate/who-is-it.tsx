import { IconUserPlus } from '@tabler/icons-react'
import { useRef } from 'react'
import type { KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { PersonHit } from '../../../data/kiosk-data.ts'
import { ActionButton } from '../../../ui/action-button.tsx'
import { PersonPhoto } from '../../../ui/person-photo.tsx'
import { usePhoto } from '../../queries.ts'
import { useClock, useNow } from '../../time.ts'
import rowStyles from './result-list.module.css'
import styles from './who-is-it.module.css'

interface WhoIsItProps {
  /** All who are known by the phone. */
  readonly people: readonly PersonHit[]
  readonly onChoose: (person: PersonHit) => void
  readonly onSomebodyElse: () => void
}

/**
 * A phone is not a person: asked before a newcomer is written. The keys come to the question, not to an answer: Enter
 * takes none that the arrows have not chosen.
 */
export function WhoIsIt({ people, onChoose, onSomebodyElse }: WhoIsItProps) {
  const { t } = useTranslation()
  const asked = useRef<HTMLDivElement>(null)
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    const answers = [...(asked.current?.querySelectorAll('button') ?? [])]
    if (step === undefined || answers.length === 0) return
    event.preventDefault()
    const at = answers.findIndex((answer) => answer === document.activeElement)
    answers[Math.min(answers.length - 1, Math.max(0, at + step))]?.focus()
  }
  return (
    <div
      className={styles['asked']}
      ref={asked}
      role="group"
      aria-label={t('gate.whoTitle')}
      tabIndex={-1}
      data-field="who"
      data-testid="who-is-it"
      onKeyDown={onKeyDown}
    >
      <h3 className={styles['title']}>{t('gate.whoTitle')}</h3>
      <ol className={`${styles['people']} ck-scroll`}>
        {people.map((person, at) => (
          <li key={person.visitorId}>
            <KnownRow person={person} testId={`who-${at + 1}`} onChoose={() => onChoose(person)} />
          </li>
        ))}
      </ol>
      <ActionButton look="quiet" icon={IconUserPlus} onPress={onSomebodyElse} testId="who-else">
        {t('gate.whoElse')}
      </ActionButton>
    </div>
  )
}

interface KnownRowProps {
  readonly person: PersonHit
  readonly testId: string
  readonly onChoose: () => void
}

function KnownRow({ person, testId, onChoose }: KnownRowProps) {
  const { t } = useTranslation()
  const clock = useClock()
  const now = useNow(30_000)
  const photo = usePhoto(person.photoId)
  return (
    <button type="button" className={rowStyles['row']} onClick={onChoose} data-testid={testId}>
      <PersonPhoto
        name={person.name}
        url={photo.url}
        size="row"
        awayLabel={photo.standing === 'away' ? t('camera.away') : null}
      />
      <span className={rowStyles['who']}>
        <span className={rowStyles['name']}>{person.name}</span>
        <span className={rowStyles['phone']}>
          {person.lastSeenAt === null
            ? t('gate.firstVisit')
            : t('gate.lastSeen', { time: clock.ago(person.lastSeenAt, now) })}
        </span>
      </span>
      <span className={rowStyles['where']}>
        <span className={rowStyles['flat']}>{person.lastFlats[0]?.label ?? ''}</span>
        {person.barred !== null ? (
          <span className={rowStyles['barWord']}>{t('gate.barred')}</span>
        ) : (
          person.insideEntryId !== null && <span className={rowStyles['inside']}>{t('rail.inside')}</span>
        )}
      </span>
    </button>
  )
}
