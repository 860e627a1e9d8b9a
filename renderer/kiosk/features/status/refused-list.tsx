import { IconAlertCircle, IconCircleCheck } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { QuarantineNotice } from '../../../data/kiosk-data.ts'
import { EmptyNote } from '../../../ui/empty-note.tsx'
import { iconStroke } from '../../../ui/theme.ts'
import { useErrorWords } from '../../error-words.ts'
import { useKiosk, useLive } from '../../kiosk-context.ts'
import { useClock, useNow } from '../../time.ts'
import { fieldKeyOf, recordKeyOf } from './record-words.ts'
import styles from './status-screen.module.css'

/** P4: what the server refused, in words and with what to do. */
export function RefusedList() {
  const { t } = useTranslation()
  const rows = useLive(useKiosk().data.quarantine)
  return (
    <section className={`${styles['card']} ${styles['tall']} ck-scroll-low`}>
      <h2 className={styles['heading']}>{t('status.quarantine')}</h2>
      {rows.length === 0 ? (
        <EmptyNote
          icon={IconCircleCheck}
          title={t('status.quarantineEmpty')}
          text={t('status.quarantineEmptyText')}
        />
      ) : (
        <ol className={`${styles['list']} ck-scroll`}>
          {rows.map((row) => (
            <RefusedRow key={row.id} row={row} />
          ))}
        </ol>
      )}
    </section>
  )
}

function RefusedRow({ row }: { readonly row: QuarantineNotice }) {
  const { t } = useTranslation()
  const wordsOf = useErrorWords()
  const clock = useClock()
  const now = useNow(30_000)
  const { what, remedy } = wordsOf(row.error.code)
  const field = row.error.field === undefined ? '' : ` (${t(`fields.${fieldKeyOf(row.error.field)}`)})`
  return (
    <li className={styles['refused']} data-testid={`quarantined-${row.documentId}`}>
      <IconAlertCircle size={28} stroke={iconStroke} color="var(--ck-refused)" aria-hidden="true" />
      <div>
        <p className={styles['what']}>
          {t(`collections.${recordKeyOf(row.collection)}`)}
          {field}: {what}
        </p>
        <p>
          {t('status.safe')} {remedy}
        </p>
        <p className={styles['soft']}>{t('status.refusedAt', { time: clock.ago(row.at, now) })}</p>
      </div>
    </li>
  )
}
