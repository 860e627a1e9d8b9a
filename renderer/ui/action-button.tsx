import type { Icon } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import styles from './action-button.module.css'
import { classNames } from './class-names.ts'
import { KeyHint } from './key-hint.tsx'
import { iconStroke } from './theme.ts'

export interface ActionButtonProps {
  readonly children?: ReactNode
  readonly onPress: () => void
  readonly look?: 'main' | 'quiet' | 'soft' | 'plain'
  readonly large?: boolean
  readonly wide?: boolean
  readonly disabled?: boolean
  readonly icon?: Icon
  /** Instead of an icon. */
  readonly before?: ReactNode
  readonly keys?: string
  /** A second line, e.g. what is still to do before. */
  readonly note?: string | null
  /** Found by `data-field`, as what is still to do. */
  readonly field?: string
  /** Of one that stays in. */
  readonly pressed?: boolean
  readonly testId?: string
  readonly label?: string
  readonly type?: 'button' | 'submit'
  readonly className?: string | undefined
}

export function ActionButton(props: ActionButtonProps) {
  const { look = 'main', large = false, wide = false, icon: Sign, keys, type = 'button' } = props
  return (
    <button
      type={type}
      className={classNames(
        styles['button'],
        styles[look],
        large && styles['large'],
        wide && styles['wide'],
        props.className,
      )}
      disabled={props.disabled ?? false}
      onClick={props.onPress}
      data-testid={props.testId}
      data-field={props.field}
      aria-pressed={props.pressed}
      aria-label={props.label}
    >
      {props.before}
      {Sign !== undefined && <Sign size={large ? 32 : 24} stroke={iconStroke} aria-hidden="true" />}
      {props.children !== undefined && (
        <span className={styles['words']}>
          <span>{props.children}</span>
          {props.note !== undefined && props.note !== null && (
            <span className={styles['note']}>{props.note}</span>
          )}
        </span>
      )}
      {keys !== undefined && <KeyHint keys={keys} />}
    </button>
  )
}
