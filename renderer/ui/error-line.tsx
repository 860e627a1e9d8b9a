import styles from './error-line.module.css'

interface ErrorLineProps {
  readonly what: string
  readonly remedy: string
}

/** What happened, then what to do. */
export function ErrorLine({ what, remedy }: ErrorLineProps) {
  return (
    <p className={styles['line']} role="alert">
      <strong>{what}</strong> {remedy}
    </p>
  )
}
