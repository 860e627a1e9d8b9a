import {
  IconBuildingCommunity,
  IconClockExclamation,
  IconSearch,
  IconUserSearch,
  IconUsers,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { ChipGroup } from '../../../ui/chip-group.tsx'
import { EmptyNote } from '../../../ui/empty-note.tsx'
import { UndoLine } from '../undo/undo-line.tsx'
import { Newcomers } from '../visits/newcomers.tsx'
import { FailedLines } from '../visits/failed-lines.tsx'
import { InsideRow } from './inside-row.tsx'
import { InsideSearch } from './inside-search.tsx'
import styles from './inside-screen.module.css'
import { useInside } from './use-inside.ts'

export function InsideScreen() {
  const { t } = useTranslation()
  const inside = useInside()
  return (
    <main className={styles['screen']}>
      <div className={styles['top']}>
        <h1 className={styles['title']}>{t('inside.title', { count: inside.all.length })}</h1>
        <InsideSearch icon={IconSearch} value={inside.term} onChange={inside.setTerm} />
        <ChipGroup
          label={t('inside.filter')}
          field="inside-filter"
          look="flow"
          value={inside.onlyOverdue ? 'overdue' : 'all'}
          options={[
            { value: 'all', label: t('inside.all'), icon: IconUsers, testId: 'filter-all' },
            {
              value: 'overdue',
              label: t('inside.overdue', { count: inside.overdue }),
              icon: IconClockExclamation,
              testId: 'filter-overdue',
            },
          ]}
          onChoose={(choice) => inside.setOnlyOverdue(choice === 'overdue')}
        />
      </div>
      <div className={styles['card']}>
        {inside.list.rows.length === 0 ? (
          <EmptyNote
            icon={inside.all.length === 0 ? IconBuildingCommunity : IconUserSearch}
            title={t(inside.all.length === 0 ? 'inside.empty' : 'inside.noneMatch')}
            text={t(inside.all.length === 0 ? 'inside.emptyText' : 'inside.noneMatchText')}
          />
        ) : (
          <ol className={`${styles['list']} ck-scroll`} {...inside.onHand}>
            {inside.list.rows.map(({ item: visit, isGone }) => (
              <InsideRow
                key={visit.entryId}
                visit={visit}
                isGone={isGone}
                marked={visit.entryId === inside.markedId}
                onLetOut={() => inside.letOut(visit)}
              />
            ))}
          </ol>
        )}
        <Newcomers count={inside.list.newcomers.length} onTakeIn={inside.list.takeIn} />
      </div>
      <FailedLines besides={null} />
      <UndoLine />
    </main>
  )
}
