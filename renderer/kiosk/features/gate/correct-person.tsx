import { IconCheck, IconPencil, IconPhone, IconUser, IconX } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { KeyboardEvent, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { normalisePhone } from '@chowki/shared/domain/phone.ts'
import { cleanLine } from '@chowki/shared/domain/text.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import type { PersonHit } from '../../../data/kiosk-data.ts'
import { ActionButton } from '../../../ui/action-button.tsx'
import { PersonPhoto } from '../../../ui/person-photo.tsx'
import { TextPlace } from '../../../ui/text-place.tsx'
import { iconStroke } from '../../../ui/theme.ts'
import { useKiosk, useLive } from '../../kiosk-context.ts'
import { usePhoto } from '../../queries.ts'
import { ActionError } from '../visits/action-error.tsx'
import styles from './correct-person.module.css'
import { useGateStore } from './gate-store.ts'

interface CorrectButtonProps {
  readonly children: ReactNode
  readonly onPress: () => void
}

/** The way to `CorrectPerson`: the name and the phone themselves. */
export function CorrectButton({ children, onPress }: CorrectButtonProps) {
  const { t } = useTranslation()
  return (
    <button
      type="button"
      tabIndex={-1}
      className={styles['button']}
      title={t('gate.correct')}
      onClick={onPress}
      data-testid="correct"
    >
      {children}
      <IconPencil className={styles['sign']} size={20} stroke={iconStroke} aria-hidden="true" />
    </button>
  )
}

interface CorrectPersonProps {
  readonly person: PersonHit
  readonly onDone: () => void
}

/** A visit renames nobody: this does, in all visits, and the server's audit says who did. */
export function CorrectPerson({ person, onDone }: CorrectPersonProps) {
  const { t } = useTranslation()
  const photo = usePhoto(person.photoId)
  const [name, setName] = useState(person.name)
  const [phone, setPhone] = useState(person.phone)
  const { error, save } = useCorrection(onDone)
  const missing = useMissing(person, { name, phone })
  const submit = (): void => {
    if (missing.length === 0) save({ visitorId: person.visitorId, name, phone })
  }
  // These keys are this form's: no Enter here lets anybody in.
  const onKeyDown = (event: KeyboardEvent): void => {
    const isPlace = event.target instanceof HTMLInputElement
    if (event.key === 'Escape') onDone()
    else if (event.key === 'Enter' && isPlace) submit()
    else return
    event.preventDefault()
  }
  return (
    <div className={styles['form']} onKeyDown={onKeyDown} data-testid="correct-form">
      <div className={styles['who']}>
        <PersonPhoto name={person.name} url={photo.url} size="face" />
        <div>
          <h2 className={styles['title']}>{t('gate.correct')}</h2>
          <p className={styles['told']}>{t('gate.correctTold')}</p>
        </div>
      </div>
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
      <div className={styles['acts']}>
        <ActionError error={error} />
        <ActionButton look="quiet" icon={IconX} keys={t('keys.esc')} onPress={onDone} testId="correct-leave">
          {t('gate.correctLeave')}
        </ActionButton>
        <ActionButton
          large
          look={missing.length > 0 ? 'soft' : 'main'}
          icon={IconCheck}
          keys={t('keys.enter')}
          onPress={submit}
          testId="correct-save"
          note={missing.length > 0 ? t('gate.missing', { places: missing.join(', ') }) : null}
        >
          {t('gate.correctSave')}
        </ActionButton>
      </div>
    </div>
  )
}

/** In words. What is on record already is not judged again. */
function useMissing(person: PersonHit, typed: Pick<PersonHit, 'name' | 'phone'>): readonly string[] {
  const { t } = useTranslation()
  const region = useLive(useKiosk().data.site)?.phoneRegion
  const isPhone = typed.phone === person.phone || normalisePhone(typed.phone, region) !== null
  return [
    ...(isPhone ? [] : [t('gate.placePhoneWhole')]),
    ...(cleanLine(typed.name) === '' ? [t('gate.placeName')] : []),
  ]
}

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
