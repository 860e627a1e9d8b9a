import styles from './barrier-progress.module.css'

interface BarrierProgressProps {
  readonly done: number
  readonly total: number
  readonly label: string
}

/** A boom barrier, seen from the front. */
export function BarrierProgress({ done, total, label }: BarrierProgressProps) {
  const share = total === 0 ? 0 : Math.min(1, done / total)
  return (
    <div
      className={styles['track']}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={done}
    >
      <div className={styles['bar']} style={{ width: `${Math.max(6, share * 100)}%` }} />
    </div>
  )
}
