import { useTranslation } from 'react-i18next'
import type { Guard } from '../../../data/kiosk-data.ts'
import { useKiosk, useLive } from '../../kiosk-context.ts'
import { useClock, useNow } from '../../time.ts'
import { LanguageSwitch } from '../language/language-switch.tsx'
import { GuardMenu } from './guard-menu.tsx'
import styles from './status-bar.module.css'
import { SyncState } from './sync-state.tsx'

export function StatusBar({ guard }: { readonly guard: Guard }) {
  const site = useLive(useKiosk().data.site)
  return (
    <header className={styles['bar']}>
      <div className={styles['place']}>
        <span className={styles['gate']}>{site?.gateName ?? ''}</span>
        <span className={styles['society']}>{site?.societyName ?? ''}</span>
      </div>
      <SyncState />
      <WallClock />
      <LanguageSwitch className={styles['language']} />
      <GuardMenu guard={guard} />
    </header>
  )
}

function WallClock() {
  useTranslation()
  const clock = useClock()
  const now = useNow(1_000)
  return (
    <div className={styles['clock']}>
      <time className={styles['time']}>{clock.time(now)}</time>
      <span className={styles['day']}>{clock.day(now)}</span>
    </div>
  )
}
