import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { ActionButton } from '../../../ui/action-button.tsx'
import { CountdownRing } from '../../../ui/countdown-ring.tsx'
import { ActionError } from '../visits/action-error.tsx'
import { undoMs } from './undo-store.ts'
import styles from './undo-line.module.css'
import { useUndo } from './use-undo.ts'

/** Ten seconds instead of a question beforehand. */
export function UndoLine() {
  const { t } = useTranslation()
  const undo = useUndo()
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (!event.ctrlKey || event.key.toLowerCase() !== 'z' || undo.open === null) return
      event.preventDefault()
      undo.takeBack()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  })
  if (undo.open === null) return <ActionError error={undo.error} />
  const { name, what, remark, entryIds } = undo.open
  return (
    <div className={styles['line']} role="status" key={entryIds.join() + what}>
      <div className={styles['words']}>
        <p className={styles['what']}>{t(what === 'in' ? 'undo.in' : 'undo.out', { name })}</p>
        {remark !== null && <p className={styles['remark']}>{remark}</p>}
      </div>
      <ActionButton
        look="soft"
        keys={t('keys.undo')}
        onPress={undo.takeBack}
        testId="undo"
        before={<CountdownRing rest={undo.restMs / undoMs} />}
      >
        {t('common.undo')}
      </ActionButton>
    </div>
  )
}
