import { useTranslation } from 'react-i18next'
import type { Guard } from '../../../data/kiosk-data.ts'
import { PersonPhoto } from '../../../ui/person-photo.tsx'
import { PinPad } from '../../../ui/pin-pad.tsx'
import { useErrorWords } from '../../error-words.ts'
import { useClock } from '../../time.ts'
import styles from './sign-in-screen.module.css'
import { usePinEntry } from './use-pin-entry.ts'
import type { OnPin, PinEntry } from './use-pin-entry.ts'

interface PinStepProps {
  readonly guard: Guard
  readonly title: string
  readonly onPin: OnPin
  readonly onBack: () => void
}

export function PinStep({ guard, title, onPin, onBack }: PinStepProps) {
  const { t } = useTranslation()
  const entry = usePinEntry(guard, onPin, onBack)
  return (
    <div className={styles['pin']}>
      <span className={styles['face']}>
        <PersonPhoto name={guard.name} url={null} size="card" />
      </span>
      <h1 className={styles['title']}>{title}</h1>
      <PinPad
        length={entry.pin.length}
        disabled={entry.lockedMs > 0 || entry.checking}
        canSubmit={entry.canSubmit}
        eraseLabel={t('signIn.erase')}
        submitLabel={t('signIn.submit')}
        digitsLabel={t('signIn.digits', { count: entry.pin.length })}
        onDigit={entry.press}
        onErase={entry.erase}
        onSubmit={entry.submit}
      />
      <PinMessage entry={entry} />
    </div>
  )
}

function PinMessage({ entry }: { readonly entry: PinEntry }) {
  const { t } = useTranslation()
  const wordsOf = useErrorWords()
  const clock = useClock()
  if (entry.lockedMs > 0)
    return (
      <p className={`${styles['message']} ${styles['lockedText']}`} role="alert" data-testid="pin-locked">
        <span className={styles['countdown']}>
          {t('signIn.locked', { time: clock.countdown(entry.lockedMs) })}
        </span>
        {t('signIn.lockedText')}
      </p>
    )
  const words = entry.error === null ? null : wordsOf(entry.error.code)
  return (
    <p className={`${styles['message']} ${styles['wrong']}`} role="alert" data-testid="pin-error">
      {words === null ? '' : `${words.what} ${words.remedy}`}
    </p>
  )
}
