import { toAsciiDigits } from '@chowki/shared/domain/text.ts'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import type { Guard } from '../../../data/kiosk-data.ts'
import { KeyHint } from '../../../ui/key-hint.tsx'
import { PersonPhoto } from '../../../ui/person-photo.tsx'
import { typesText } from '../../../ui/keys.ts'
import { useClock, useElapsed } from '../../time.ts'
import styles from './sign-in-screen.module.css'

interface GuardCardsProps {
  readonly guards: readonly Guard[]
  readonly title: string
  readonly lead: string
  readonly onChoose: (userId: string) => void
}

export function GuardCards({ guards, title, lead, onChoose }: GuardCardsProps) {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      // Nothing is typed here: a digit, of any script, is a card's.
      const digit = typesText(event) && !event.repeat ? toAsciiDigits(event.key) : ''
      const guard = /^[1-9]$/u.test(digit) ? guards[Number(digit) - 1] : undefined
      if (guard !== undefined) onChoose(guard.userId)
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  })
  return (
    <div className={styles['who']}>
      <h1 className={styles['title']}>{title}</h1>
      <p className={styles['lead']}>{lead}</p>
      <ul className={`${styles['guards']} ck-scroll`}>
        {guards.map((guard, at) => (
          <li key={guard.userId}>
            <GuardCard guard={guard} at={at} onChoose={onChoose} />
          </li>
        ))}
      </ul>
    </div>
  )
}

interface GuardCardProps {
  readonly guard: Guard
  readonly at: number
  readonly onChoose: (userId: string) => void
}

function GuardCard({ guard, at, onChoose }: GuardCardProps) {
  const { t } = useTranslation()
  const clock = useClock()
  const lockedMs = (guard.lockedUntil ?? 0) - useElapsed(1_000)
  return (
    <button
      type="button"
      className={styles['guard']}
      onClick={() => onChoose(guard.userId)}
      data-testid={`guard-card-${guard.userId}`}
    >
      {at < 9 && (
        <span className={styles['key']}>
          <KeyHint keys={String(at + 1)} />
        </span>
      )}
      <span className={styles['face']}>
        <PersonPhoto name={guard.name} url={null} size="card" />
      </span>
      {guard.name}
      {lockedMs > 0 && (
        <span className={styles['locked']}>{t('signIn.locked', { time: clock.countdown(lockedMs) })}</span>
      )}
    </button>
  )
}
