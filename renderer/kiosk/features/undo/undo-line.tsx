import { useTranslation } from 'react-i18next'
import { ActionButton } from '../../../ui/action-button.tsx'
import { CountdownRing } from '../../../ui/countdown-ring.tsx'
import { undoKey } from '../../../ui/keys.ts'
import { useScreenKeys } from '../desk/screen-keys.ts'
import { undoMs } from './undo-store.ts'
import styles from './undo-line.module.css'
import { useUndo } from './use-undo.ts'

/** Ten seconds instead of a question beforehand. Its key is its own: Ctrl+Z belongs to the text. */
export function UndoLine() {
  const { t } = useTranslation()
  const undo = useUndo()
  useScreenKeys(({ key }) => {
    if (key !== undoKey || undo.open === null) return false
    undo.takeBack()
    return true
  })
  if (undo.open === null) return null
  const { name, what, remark, entryIds } = undo.open
  return (
    <div className={styles['line']} role="status" key={entryIds.join() + what}>
      <div className={styles['words']}>
        <p className={styles['what']}>{t(what === 'in' ? 'undo.in' : 'undo.out', { name })}</p>
        {remark !== null && <p className={styles['remark']}>{remark}</p>}
      </div>
      <ActionButton
        look="soft"
        keys={undoKey}
        onPress={undo.takeBack}
        testId="undo"
        before={<CountdownRing rest={undo.restMs / undoMs} />}
      >
        {t('common.undo')}
      </ActionButton>
    </div>
  )
}
