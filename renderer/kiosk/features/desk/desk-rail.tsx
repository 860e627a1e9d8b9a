import { IconActivityHeartbeat, IconBuildingCommunity } from '@tabler/icons-react'
import type { Icon } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { BrandMark } from '../../../ui/brand-mark.tsx'
import { classNames } from '../../../ui/class-names.ts'
import { IconBoomBarrier } from '../../../ui/own-icons.ts'
import { iconStroke } from '../../../ui/theme.ts'
import { useKiosk, useLive } from '../../kiosk-context.ts'
import { useDeskStore } from './desk-store.ts'
import type { DeskScreen } from './desk-store.ts'
import styles from './desk-rail.module.css'

export function DeskRail() {
  const { t } = useTranslation()
  const { data } = useKiosk()
  const inside = useLive(data.inside).length
  const { quarantined } = useLive(data.sync)
  return (
    <nav className={styles['rail']} aria-label={t('rail.label')}>
      <span className={styles['mark']}>
        <BrandMark size={44} />
      </span>
      <RailButton screen="gate" icon={IconBoomBarrier} keys="F1" />
      <RailButton screen="inside" icon={IconBuildingCommunity} keys="F2" count={inside} />
      <span className={styles['bottom']}>
        <RailButton screen="status" icon={IconActivityHeartbeat} keys="F3" count={quarantined} trouble />
      </span>
    </nav>
  )
}

interface RailButtonProps {
  readonly screen: DeskScreen
  readonly icon: Icon
  readonly keys: string
  readonly count?: number
  readonly trouble?: boolean
}

function RailButton({ screen, icon: Sign, keys, count = 0, trouble = false }: RailButtonProps) {
  const { t } = useTranslation()
  const { screen: current, go } = useDeskStore()
  return (
    <button
      type="button"
      className={classNames(styles['button'], screen === current && styles['active'])}
      aria-current={screen === current ? 'page' : undefined}
      onClick={() => go(screen)}
      data-testid={`rail-${screen}`}
    >
      <Sign size={28} stroke={iconStroke} aria-hidden="true" />
      <span>{t(`rail.${screen}`)}</span>
      <span className={styles['key']} aria-hidden="true">
        {keys}
      </span>
      {count > 0 && (
        <span className={classNames(styles['count'], trouble && styles['trouble'])}>{count}</span>
      )}
    </button>
  )
}
