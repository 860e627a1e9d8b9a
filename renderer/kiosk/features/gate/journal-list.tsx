import { IconNotebook } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Visit } from '../../../data/kiosk-data.ts'
import { classNames } from '../../../ui/class-names.ts'
import { EmptyNote } from '../../../ui/empty-note.tsx'
import { PersonPhoto } from '../../../ui/person-photo.tsx'
import { useKiosk, useLive } from '../../kiosk-context.ts'
import { useHand, useHeldOrder } from '../../held-order.ts'
import { usePhoto } from '../../queries.ts'
import { useClock } from '../../time.ts'
import { useUndoStore } from '../undo/undo-store.ts'
import { useKindWords } from '../visits/kind-words.ts'
import { Newcomers } from '../visits/newcomers.tsx'
import { WrittenAt } from '../visits/written-at.tsx'
import { VisitMarks } from '../visits/visit-marks.tsx'
import styles from './journal-list.module.css'
import rowStyles from './result-list.module.css'

/** While nobody is searched for: what happened at this society's gates, newest first, with its ticks. */
export function JournalList({ onChoose }: { readonly onChoose: (visit: Visit) => void }) {
  const { t } = useTranslation()
  const visits = useLive(useKiosk().data.recent)
  const hand = useHand()
  const list = useHeldOrder(visits, {
    keyOf: (visit) => visit.entryId,
    isHeld: hand.isThere,
    // What this desk has done itself is shown at once.
    scope: useUndoStore((state) => state.done[0]?.entryIds[0] ?? ''),
  })
  if (visits.length === 0)
    return <EmptyNote icon={IconNotebook} title={t('gate.journalEmpty')} text={t('gate.journalEmptyText')} />
  return (
    <>
      <ol className={`${rowStyles['list']} ck-scroll`} {...hand.onHand}>
        {list.rows.map(({ item: visit }) => (
          <li key={visit.entryId}>
            <JournalRow visit={visit} onChoose={() => onChoose(visit)} />
          </li>
        ))}
      </ol>
      <Newcomers count={list.newcomers.length} onTakeIn={list.takeIn} />
    </>
  )
}

function JournalRow({ visit, onChoose }: { readonly visit: Visit; readonly onChoose: () => void }) {
  const { t } = useTranslation()
  const clock = useClock()
  const photo = usePhoto(visit.entryPhotoId)
  const wordsOf = useKindWords()
  return (
    <button
      type="button"
      tabIndex={-1}
      className={`${rowStyles['row']} ${styles['row']}`}
      onClick={onChoose}
      data-testid={`visit-${visit.entryId}`}
      data-mark={visit.mark}
    >
      <PersonPhoto
        name={visit.name}
        url={photo.url}
        size="row"
        awayLabel={photo.standing === 'away' ? t('camera.away') : null}
      />
      <span className={rowStyles['who']}>
        <span className={rowStyles['name']}>{visit.name}</span>
        <span className={styles['what']}>
          {visit.alsoOpen.length > 0 && <b>{t('inside.twice')} · </b>}
          {visit.flats.join(', ')} · {wordsOf(visit).kind}
        </span>
      </span>
      <span className={rowStyles['where']}>
        <span className={classNames(styles['when'], visit.exitAt === null && styles['inside'])}>
          {visit.exitAt === null
            ? t('gate.cameAt', { time: clock.time(visit.entryAt) })
            : t('gate.leftAt', { time: clock.time(visit.exitAt) })}
        </span>
        <WrittenAt visit={visit} />
        <VisitMarks visit={visit} />
      </span>
    </button>
  )
}
