import { IconClockExclamation, IconDoorExit } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Visit } from '../../../data/kiosk-data.ts'
import { ActionButton } from '../../../ui/action-button.tsx'
import { classNames } from '../../../ui/class-names.ts'
import { PersonPhoto } from '../../../ui/person-photo.tsx'
import { StateWord } from '../../../ui/state-word.tsx'
import { usePhoto } from '../../queries.ts'
import { useClock, useTrueNow } from '../../time.ts'
import { spokenPhone } from '../gate/draft.ts'
import { InTwice } from '../visits/in-twice.tsx'
import { useKindWords } from '../visits/kind-words.ts'
import { WrittenAt } from '../visits/written-at.tsx'
import { VisitMarks } from '../visits/visit-marks.tsx'
import styles from './inside-screen.module.css'
import { overstayMsOf } from './overstay.ts'

interface InsideRowProps {
  readonly visit: Visit
  /** Left meanwhile; the row keeps its place under the hand. */
  readonly isGone: boolean
  readonly marked: boolean
  readonly onLetOut: () => void
}

export function InsideRow({ visit, isGone, marked, onLetOut }: InsideRowProps) {
  const { t } = useTranslation()
  const clock = useClock()
  const now = useTrueNow(15_000)
  const photo = usePhoto(visit.entryPhotoId)
  const { kind, purpose } = useKindWords()(visit)
  return (
    <li
      className={classNames(styles['row'], marked && styles['marked'], isGone && styles['gone'])}
      data-testid={`${isGone ? 'gone' : 'inside'}-row-${visit.entryId}`}
      data-mark={visit.mark}
    >
      <PersonPhoto
        name={visit.name}
        url={photo.url}
        size="row"
        awayLabel={photo.standing === 'away' ? t('camera.away') : null}
      />
      <div className={styles['cell']}>
        <p className={styles['main']}>{visit.name}</p>
        <p className={styles['sub']}>{spokenPhone(visit.phone)}</p>
      </div>
      <div className={styles['cell']}>
        <p className={styles['main']}>{visit.flats.join(', ')}</p>
        <p className={styles['sub']}>{visit.vehicle?.number ?? ''}</p>
      </div>
      <div className={styles['cell']}>
        <p className={styles['main']}>{kind}</p>
        <p className={styles['sub']}>{purpose ?? ''}</p>
      </div>
      <div className={styles['since']}>
        <Overstay visit={visit} now={now} />
        {visit.alsoOpen.length > 0 ? (
          <InTwice visit={visit} className={styles['sub']} />
        ) : (
          <p className={styles['sub']}>
            {clock.time(visit.entryAt)} · {clock.span(now - visit.entryAt)}
            <WrittenAt visit={visit} />
          </p>
        )}
      </div>
      <VisitMarks visit={visit} />
      {isGone ? (
        <p className={styles['left']}>{t('inside.gone')}</p>
      ) : (
        <ActionButton
          look={marked ? 'main' : 'soft'}
          icon={IconDoorExit}
          label={t('inside.letOutOf', { name: visit.name })}
          onPress={onLetOut}
          testId={`let-out-${visit.entryId}`}
          {...(marked ? { keys: t('keys.enter') } : {})}
        >
          {t('inside.letOut')}
        </ActionButton>
      )}
    </li>
  )
}

function Overstay({ visit, now }: { readonly visit: Visit; readonly now: number }) {
  const { t } = useTranslation()
  const overMinutes = Math.floor(overstayMsOf(visit, now) / 60_000)
  if (overMinutes === 0) return null
  const words =
    overMinutes < 60
      ? t('common.minutesOver', { count: overMinutes })
      : t('common.hoursOver', { count: Math.floor(overMinutes / 60) })
  return (
    <StateWord tone="waiting" icon={IconClockExclamation}>
      {words}
    </StateWord>
  )
}
