import type { Icon } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import styles from './empty-note.module.css'

interface EmptyNoteProps {
  readonly icon: Icon
  readonly title: string
  readonly text: string
  readonly children?: ReactNode
}

/** An empty list says what will appear in it. */
export function EmptyNote({ icon: Sign, title, text, children }: EmptyNoteProps) {
  return (
    <div className={styles['note']}>
      <Sign size={48} stroke={1.25} aria-hidden="true" />
      <p className={styles['title']}>{title}</p>
      <p className={styles['text']}>{text}</p>
      {children}
    </div>
  )
}
