import { useEffect, useState } from 'react'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import { toAsciiDigits } from '@chowki/shared/domain/text.ts'
import { typesText } from '../../../ui/keys.ts'
import { useElapsed } from '../../time.ts'
import type { Guard } from '../../../data/kiosk-data.ts'

const pinLengthMin = 4
const pinLengthMax = 8

export interface PinEntry {
  readonly pin: string
  readonly error: ChowkiError | null
  /** Milliseconds until the guard may try again; 0 when free. */
  readonly lockedMs: number
  readonly checking: boolean
  readonly canSubmit: boolean
  readonly press: (digit: string) => void
  readonly erase: () => void
  readonly submit: () => void
}

/** Judges the PIN; what it refuses is said below the keys. */
export type OnPin = (pin: string) => Promise<Result<unknown, ChowkiError>>

export function usePinEntry(guard: Guard, onPin: OnPin, onBack: () => void): PinEntry {
  const elapsed = useElapsed(500)
  const [pin, setPin] = useState('')
  const [error, setError] = useState<ChowkiError | null>(null)
  const [checking, setChecking] = useState(false)
  const lockedMs = Math.max(0, (guard.lockedUntil ?? 0) - elapsed)
  const free = lockedMs === 0 && !checking
  const canSubmit = free && pin.length >= pinLengthMin

  const press = (digit: string): void => {
    if (!free || pin.length >= pinLengthMax) return
    setError(null)
    setPin(pin + digit)
  }
  const erase = (): void => setPin(pin.slice(0, -1))
  const submit = (): void => {
    if (!canSubmit) return
    setChecking(true)
    void onPin(pin).then((judged) => {
      setChecking(false)
      setPin('')
      if (!judged.ok) setError(judged.error)
    })
  }

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      // A held key is one digit; Alt or Ctrl with a digit is none.
      if (event.repeat && event.key !== 'Backspace') return
      const key = toAsciiDigits(event.key)
      if (/^[0-9]$/u.test(key) && typesText(event)) press(key)
      else if (event.key === 'Backspace') erase()
      else if (event.key === 'Enter') submit()
      else if (event.key === 'Escape' && !checking) onBack()
      else return
      event.preventDefault()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  })

  return { pin, error, lockedMs, checking, canSubmit, press, erase, submit }
}
