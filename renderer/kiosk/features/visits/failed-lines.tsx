import { IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { ActionButton } from '../../../ui/action-button.tsx'
import { useErrorWords } from '../../error-words.ts'
import styles from './failed-lines.module.css'
import { useWorkStore } from './work-store.ts'
import type { FailedWork } from './work-store.ts'

/** What was tapped and was not carried out, wherever the guard is by now; `besides` is told elsewhere. */
export function FailedLines({ besides }: { readonly besides: FailedWork | null }) {
  const failed = useWorkStore((state) => state.failed)
  const [newest] = failed.filter((work) => work !== besides).toReversed()
  return newest === undefined ? null : <FailedLine key={newest.key} work={newest} />
}

const whatFailed = { in: 'notDone.in', out: 'notDone.out', undo: 'notDone.undo' } as const

function FailedLine({ work }: { readonly work: FailedWork }) {
  const { t } = useTranslation()
  const wordsOf = useErrorWords()
  const seen = useWorkStore((state) => state.seen)
  const { what, remedy } = wordsOf(work.error.code)
  return (
    <div className={styles['line']} role="alert" data-testid="failed-line">
      <p className={styles['words']}>
        <strong>{t(whatFailed[work.what], { name: work.name })}</strong> {what} {remedy}
      </p>
      <ActionButton
        look="plain"
        icon={IconX}
        label={t('notDone.seen')}
        onPress={() => seen(work.key)}
        testId="failed-seen"
      />
    </div>
  )
}
