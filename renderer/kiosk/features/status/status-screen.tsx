import { useTranslation } from 'react-i18next'
import { DeskFacts } from './desk-facts.tsx'
import { NetworkCard } from './network-card.tsx'
import { RefusedList } from './refused-list.tsx'
import styles from './status-screen.module.css'

export function StatusScreen() {
  const { t } = useTranslation()
  return (
    <main className={styles['screen']} aria-label={t('status.title')}>
      <NetworkCard />
      <RefusedList />
      <DeskFacts />
    </main>
  )
}
