import styles from './key-hint.module.css'

/** The key that does the same, small, on its button. */
export function KeyHint({ keys }: { readonly keys: string }) {
  return (
    <kbd className={styles['key']} aria-hidden="true">
      {keys}
    </kbd>
  )
}
