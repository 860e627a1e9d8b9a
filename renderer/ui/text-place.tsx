import type { Icon } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'
import styles from './text-place.module.css'
import { iconStroke } from './theme.ts'

interface TextPlaceProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly icon?: Icon
  readonly field?: string
  readonly testId?: string
  readonly inputMode?: 'text' | 'tel' | 'decimal' | 'url'
  readonly maxLength?: number
  readonly lead?: boolean
  /** The place to which typing goes from anywhere on its screen. */
  readonly search?: boolean
  readonly missing?: boolean
  /** Of a place that searches: the words that what it offers belongs to; undefined while it still looks. */
  readonly settledFor?: string | undefined
  readonly after?: ReactNode
  readonly className?: string | undefined
}

/** A place to fill: its name stands in it until something does. */
export function TextPlace(props: TextPlaceProps) {
  const { icon: Sign, lead = false, missing = false } = props
  return (
    <label
      className={classNames(
        styles['place'],
        lead && styles['lead'],
        missing && styles['missing'],
        props.className,
      )}
    >
      {Sign !== undefined && <Sign size={22} stroke={iconStroke} aria-hidden="true" />}
      <input
        className={styles['input']}
        aria-label={props.label}
        placeholder={props.label}
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
        inputMode={props.inputMode ?? 'text'}
        maxLength={props.maxLength ?? 120}
        autoComplete="off"
        autoCorrect="off"
        spellCheck={false}
        autoFocus={props.search ?? false}
        data-search={props.search === true ? '' : undefined}
        data-field={props.field}
        data-settled-for={props.settledFor}
        data-testid={props.testId}
      />
      {props.after}
    </label>
  )
}
