import type { Icon } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { TextPlace } from '../../../ui/text-place.tsx'
import styles from './inside-screen.module.css'

interface InsideSearchProps {
  readonly icon: Icon
  readonly value: string
  readonly onChange: (term: string) => void
}

export function InsideSearch({ icon, value, onChange }: InsideSearchProps) {
  const { t } = useTranslation()
  return (
    <TextPlace
      lead
      search
      label={t('inside.filter')}
      icon={icon}
      testId="inside-search"
      className={styles['find']}
      value={value}
      settledFor={value}
      onChange={onChange}
    />
  )
}
