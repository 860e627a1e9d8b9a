import styles from './countdown-ring.module.css'

const radius = 15
const length = 2 * Math.PI * radius

/** `rest` from 1 (all time left) to 0. */
export function CountdownRing({ rest }: { readonly rest: number }) {
  return (
    <svg
      className={styles['ring']}
      width={28}
      height={28}
      viewBox="0 0 36 36"
      fill="none"
      strokeWidth={4}
      aria-hidden="true"
    >
      <circle className={styles['track']} cx={18} cy={18} r={radius} />
      <circle
        className={styles['rest']}
        cx={18}
        cy={18}
        r={radius}
        strokeLinecap="round"
        strokeDasharray={length}
        strokeDashoffset={length * (1 - Math.min(1, Math.max(0, rest)))}
      />
    </svg>
  )
}
