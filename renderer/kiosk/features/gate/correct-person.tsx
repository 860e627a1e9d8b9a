import { IconCheck, IconPencil, IconPhone, IconUser, IconX } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { FormEvent, KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import type { PersonHit } from '../../../data/kiosk-data.ts'
import { ActionButton } from '../../../ui/action-button.tsx'
import { TextPlace } from '../../../ui/text-place.tsx'
import { useKiosk } from '../../kiosk-context.ts'
import { ActionError } from '../visits/action-error.tsx'
import styles from './correct-person.module.css'
import { useGateStore } from './gate-store.ts'

/** The way to `CorrectPerson`, beside the face. */
export function CorrectButton({ onPress }: { readonly onPress: () => void }) {
  const { t } = useTranslation()
  return (
    <ActionButton
      look="plain"
      icon={IconPencil}
      label={t('gate.correct')}
      onPress={onPress}
      testId="correct"
    />
  )
}

interface CorrectPersonProps {
  readonly person: PersonHit
  readonly onDone: () => void
}

/** A visit renames nobody: this does, in all visits, and the server's audit says who did. */
export function CorrectPerson({ person, onDone }: CorrectPersonProps) {
  const { t } = useTranslation()
  const [name, setName] = useState(person.name)
  const [phone, setPhone] = useState(person.phone)
  const { error, save } = useCorrection(onDone)
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault()
    save({ visitorId: person.visitorId, name, phone })
  }
  // These keys are this form's: no Enter here lets anybody in.
  const onKeyDown = (event: KeyboardEvent): void => {
    const isPlace = event.target instanceof HTMLInputElement
    if (event.key === 'Escape') onDone()
    else if (event.key === 'Enter' && isPlace) save({ visitorId: person.visitorId, name, phone })
    else return
    event.preventDefault()
  }
  return (
    <form className={styles['form']} onSubmit={onSubmit} onKeyDown={onKeyDown} data-testid="correct-form">
      <TextPlace
        label={t('gate.phone')}
        icon={IconPhone}
        inputMode="tel"
        maxLength={40}
        testId="correct-phone"
        value={phone}
        onChange={setPhone}
      />
      <TextPlace
        label={t('gate.name')}
        icon={IconUser}
        testId="correct-name"
        value={name}
        onChange={setName}
      />
      <ActionError error={error} />
      <div className={styles['acts']}>
        <ActionButton look="quiet" icon={IconCheck} type="submit" onPress={noPress} testId="correct-save">
          {t('gate.correctSave')}
        </ActionButton>
        <ActionButton look="plain" icon={IconX} label={t('gate.correctLeave')} onPress={onDone} />
      </div>
    </form>
  )
}

/** The form's own submit does it. */
const noPress = (): void => undefined

function useCorrection(onDone: () => void) {
  const { data } = useKiosk()
  const queryClient = useQueryClient()
  const corrected = useGateStore((state) => state.corrected)
  const [error, setError] = useState<ChowkiError | null>(null)
  const save = (correction: Parameters<typeof data.correctVisitor>[0]): void =>
    void data.correctVisitor(correction).then((saved) => {
      if (!saved.ok) return setError(saved.error)
      corrected(saved.value)
      void queryClient.invalidateQueries({ queryKey: ['people'] })
      onDone()
    })
  return { error, save }
}
