import { useTranslation } from 'react-i18next'
import type { PersonHit } from '../../../data/kiosk-data.ts'
import { classNames } from '../../../ui/class-names.ts'
import { KeyHint } from '../../../ui/key-hint.tsx'
import { rowKey } from '../../../ui/keys.ts'
import { PersonPhoto } from '../../../ui/person-photo.tsx'
import { usePhoto } from '../../queries.ts'
import { useClock, useNow } from '../../time.ts'
import { spokenPhone } from './draft.ts'
import styles from './result-list.module.css'

interface ResultRowProps {
  readonly hit: PersonHit
  readonly at: number
  readonly look: 'plain' | 'marked' | 'chosen'
  readonly onChoose: () => void
}

export function ResultRow({ hit, at, look, onChoose }: ResultRowProps) {
  const { t } = useTranslation()
  const clock = useClock()
  const now = useNow(30_000)
  const photo = usePhoto(hit.photoId)
  const keys = rowKey(at)
  const [flat, ...otherFlats] = hit.lastFlats
  return (
    <button
      type="button"
      tabIndex={-1}
      className={classNames(
        styles['row'],
        styles['hit'],
        look !== 'plain' && styles[look],
        hit.barred !== null && styles['barred'],
      )}
      onClick={onChoose}
      data-testid={`result-${at + 1}`}
      data-visitor={hit.visitorId}
    >
      {keys === null ? <span /> : <KeyHint keys={keys} />}
      <PersonPhoto
        name={hit.name}
        url={photo.url}
        size="row"
        awayLabel={photo.standing === 'away' ? t('camera.away') : null}
      />
      <span className={styles['who']}>
        <span className={styles['name']}>{hit.name}</span>
        <span className={styles['phone']}>{spokenPhone(hit.phone)}</span>
      </span>
      <span className={styles['where']}>
        <span className={styles['flat']}>
          {flat?.label ?? ''}
          {otherFlats.length > 0 && ` +${otherFlats.length}`}
        </span>
        {hit.barred !== null ? (
          <span className={styles['barWord']}>{t('gate.barred')}</span>
        ) : hit.insideEntryId !== null ? (
          <span className={styles['inside']}>{t('rail.inside')}</span>
        ) : (
          <span>{hit.lastSeenAt === null ? '' : clock.ago(hit.lastSeenAt, now)}</span>
        )}
      </span>
    </button>
  )
}
