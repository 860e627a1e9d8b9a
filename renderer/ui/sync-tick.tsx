import { IconAlertCircle, IconClock } from '@tabler/icons-react'
import { classNames } from './class-names.ts'
import styles from './sync-tick.module.css'
import { iconStroke } from './theme.ts'

export type TickMark = 'saving' | 'saved' | 'synced' | 'refused'

interface SyncTickProps {
  readonly mark: TickMark
  /** What it means, in words. */
  readonly label: string
  readonly size?: number
}

/** A clock: not yet saved. One tick: on this desk. Two ticks: on the server. */
export function SyncTick({ mark, label, size = 24 }: SyncTickProps) {
  return (
    <span
      className={classNames(styles['tick'], styles[mark])}
      role="img"
      aria-label={label}
      title={label}
      data-mark={mark}
    >
      {mark === 'saving' && <IconClock size={size} stroke={iconStroke} />}
      {mark === 'refused' && <IconAlertCircle size={size} stroke={iconStroke} />}
      {(mark === 'saved' || mark === 'synced') && <Ticks two={mark === 'synced'} size={size} />}
    </span>
  )
}

function Ticks({ two, size }: { readonly two: boolean; readonly size: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={2.25}
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path key="first" d={two ? 'M2.5 12.5l4.5 4.5L16 7' : 'M5 12.5l4.5 4.5L19 7'} />
      {two && <path d="M11.5 16.5l.5.5L21 7" />}
    </svg>
  )
}
