import { IconCamera } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { SyncMark, Visit } from '../../../data/kiosk-data.ts'
import { SyncTick } from '../../../ui/sync-tick.tsx'
import { iconStroke } from '../../../ui/theme.ts'
import styles from './visit-marks.module.css'

const photoKeys = {
  saved: 'mark.photoSaved',
  synced: 'mark.photoSynced',
  refused: 'mark.photoRefused',
} as const satisfies Record<SyncMark, string>

/** The same ticks beside the visit and beside its photo. */
export function VisitMarks({ visit, words = false }: { readonly visit: Visit; readonly words?: boolean }) {
  const { t } = useTranslation()
  return (
    <span className={styles['marks']}>
      <SyncTick mark={visit.mark} label={t(`mark.${visit.mark}`)} size={22} />
      {words && <span>{t(`mark.${visit.mark}`)}</span>}
      {visit.photoMark !== null && (
        <span className={styles['photo']}>
          <IconCamera size={18} stroke={iconStroke} aria-hidden="true" />
          <SyncTick mark={visit.photoMark} label={t(photoKeys[visit.photoMark])} size={22} />
        </span>
      )}
    </span>
  )
}
