import { IconArrowRight, IconBackspace } from '@tabler/icons-react'
import { classNames } from './class-names.ts'
import styles from './pin-pad.module.css'
import { iconStroke } from './theme.ts'

interface PinPadProps {
  readonly length: number
  readonly disabled: boolean
  readonly canSubmit: boolean
  readonly eraseLabel: string
  readonly submitLabel: string
  readonly digitsLabel: string
  readonly onDigit: (digit: string) => void
  readonly onErase: () => void
  readonly onSubmit: () => void
}

const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9']
const placesShown = 4

export function PinPad(props: PinPadProps) {
  const { length, disabled, onDigit } = props
  return (
    <>
      <div className={styles['dots']} role="img" aria-label={props.digitsLabel}>
        {Array.from({ length: Math.max(placesShown, length) }, (_, at) => (
          <span key={at} className={classNames(styles['dot'], at < length && styles['filled'])} />
        ))}
      </div>
      <div className={styles['pad']} data-testid="pin-pad">
        {digits.map((digit) => (
          <PadKey key={digit} digit={digit} disabled={disabled} onDigit={onDigit} />
        ))}
        <button
          type="button"
          className={styles['key']}
          aria-label={props.eraseLabel}
          disabled={disabled || length === 0}
          onClick={props.onErase}
        >
          <IconBackspace size={28} stroke={iconStroke} />
        </button>
        <PadKey digit="0" disabled={disabled} onDigit={onDigit} />
        <button
          type="button"
          className={classNames(styles['key'], styles['submit'])}
          aria-label={props.submitLabel}
          disabled={disabled || !props.canSubmit}
          onClick={props.onSubmit}
          data-testid="pin-submit"
        >
          <IconArrowRight size={32} stroke={iconStroke} />
        </button>
      </div>
    </>
  )
}

interface PadKeyProps {
  readonly digit: string
  readonly disabled: boolean
  readonly onDigit: (digit: string) => void
}

const PadKey = ({ digit, disabled, onDigit }: PadKeyProps) => (
  <button
    type="button"
    className={styles['key']}
    disabled={disabled}
    onClick={() => onDigit(digit)}
    data-testid={`pin-${digit}`}
  >
    {digit}
  </button>
)
