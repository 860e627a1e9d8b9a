import type { Icon } from '@tabler/icons-react'
import type { KeyboardEvent } from 'react'
import styles from './chip-group.module.css'
import { classNames } from './class-names.ts'
import { chosenPlace, rowKey } from './keys.ts'
import { iconStroke } from './theme.ts'

export interface ChipOption<V extends string> {
  readonly value: V
  readonly label: string
  readonly icon?: Icon
  readonly testId?: string
}

interface ChipGroupProps<V extends string> {
  /** Name of the group for those who hear the screen; also found by `data-field`. */
  readonly label: string
  readonly field: string
  readonly options: readonly ChipOption<V>[]
  readonly value: V | null
  readonly onChoose: (value: V) => void
  /** `tile`: sign above word, equal widths; `even`: beside it, equal widths; `flow`: as wide as their words. */
  readonly look: 'tile' | 'even' | 'flow'
}

/** One of several. Arrows walk, Alt with a digit chooses, both only while the group has the focus; a digit alone is text. */
export function ChipGroup<V extends string>({
  label,
  field,
  options,
  value,
  onChoose,
  look,
}: ChipGroupProps<V>) {
  const tabStop = Math.max(
    0,
    options.findIndex((option) => option.value === value),
  )
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const chosen = optionForKey(event, options, value)
    if (chosen === undefined) return
    event.preventDefault()
    event.stopPropagation()
    onChoose(chosen.value)
    const at = options.indexOf(chosen)
    event.currentTarget.querySelectorAll<HTMLElement>('[role=radio]')[at]?.focus()
  }
  return (
    <div
      className={classNames(styles['group'], look === 'flow' && styles['flow'])}
      role="radiogroup"
      aria-label={label}
      onKeyDown={onKeyDown}
    >
      {options.map((option, at) => (
        <Chip
          key={option.value}
          option={option}
          keys={rowKey(at)}
          chosen={option.value === value}
          field={at === tabStop ? field : null}
          tile={look === 'tile'}
          onChoose={onChoose}
        />
      ))}
    </div>
  )
}

interface ChipProps<V extends string> {
  readonly option: ChipOption<V>
  readonly keys: string | null
  readonly chosen: boolean
  /** Only the one that the tab key reaches has it. */
  readonly field: string | null
  readonly tile: boolean
  readonly onChoose: (value: V) => void
}

function Chip<V extends string>({ option, keys, chosen, field, tile, onChoose }: ChipProps<V>) {
  return (
    <button
      type="button"
      role="radio"
      aria-checked={chosen}
      tabIndex={field === null ? -1 : 0}
      data-field={field ?? undefined}
      data-testid={option.testId}
      className={classNames(styles['chip'], tile && styles['tile'], chosen && styles['chosen'])}
      onClick={() => onChoose(option.value)}
    >
      {option.icon !== undefined && (
        <option.icon
          className={styles['sign'] ?? ''}
          size={tile ? 28 : 22}
          stroke={iconStroke}
          aria-hidden="true"
        />
      )}
      <span>{option.label}</span>
      <span className={styles['keys']} aria-hidden="true">
        {keys}
      </span>
    </button>
  )
}

function optionForKey<V extends string>(
  event: KeyboardEvent,
  options: readonly ChipOption<V>[],
  value: V | null,
): ChipOption<V> | undefined {
  const place = chosenPlace(event.nativeEvent)
  if (place !== null) return options[place]
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
  if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return undefined
  const at = options.findIndex((option) => option.value === value)
  return options[(Math.max(at, 0) + (at < 0 ? 0 : step) + options.length) % options.length]
}
