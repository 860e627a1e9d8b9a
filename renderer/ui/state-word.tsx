import type { Icon } from '@tabler/icons-react'
import { classNames } from './class-names.ts'
import styles from './state-word.module.css'
import { iconStroke } from './theme.ts'

export type Tone = 'inside' | 'waiting' | 'refused' | 'offline' | 'quiet'

interface StateWordProps {
  readonly tone: Tone
  readonly icon: Icon
  readonly children: string
  /** In lists: no ground, so that it is not taken for a button. */
  readonly bare?: boolean
}

/** A state is a colour, a sign and a word, never the colour alone. */
export function StateWord({ tone, icon: Sign, children, bare = false }: StateWordProps) {
  return (
    <span className={classNames(styles['word'], styles[tone], bare && styles['bare'])}>
      <Sign size={18} stroke={iconStroke} aria-hidden="true" />
      {children}
    </span>
  )
}
