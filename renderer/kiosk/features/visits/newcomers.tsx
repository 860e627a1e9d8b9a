import { IconArrowBarToDown } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { ActionButton } from '../../../ui/action-button.tsx'
import styles from './newcomers.module.css'

interface NewcomersProps {
  readonly count: number
  readonly onTakeIn: () => void
}

/** At the foot of a list that a hand holds still: who has come meanwhile. */
export function Newcomers({ count, onTakeIn }: NewcomersProps) {
  const { t } = useTranslation()
  if (count === 0) return null
  return (
    <div className={styles['foot']}>
      <ActionButton look="soft" wide icon={IconArrowBarToDown} onPress={onTakeIn} testId="newcomers">
        {t('common.newcomers', { count })}
      </ActionButton>
    </div>
  )
}
