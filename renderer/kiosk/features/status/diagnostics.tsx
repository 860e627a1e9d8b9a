import { IconFileDownload } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import { ActionButton } from '../../../ui/action-button.tsx'
import { useErrorWords } from '../../error-words.ts'
import { useKiosk, useLive } from '../../kiosk-context.ts'
import { GuardCards } from '../sign-in/guard-cards.tsx'
import { PinStep } from '../sign-in/pin-step.tsx'
import styles from './status-screen.module.css'

type Saved = Result<{ readonly place: string }, ChowkiError>

/** Whoever is on duty presses; a supervisor's PIN is asked on the spot, and the guard stays signed in. */
export function Diagnostics() {
  const { t } = useTranslation()
  const { data } = useKiosk()
  const guards = useLive(data.guards)
  const [isAsking, setAsking] = useState(false)
  const [saved, setSaved] = useState<Saved | null>(null)
  if (!guards.some((guard) => guard.isSupervisor))
    return <p className={styles['soft']}>{t('status.diagnosticsNoSupervisor')}</p>
  const close = (): void => setAsking(false)
  const done = (result: Saved): void => {
    setSaved(result)
    close()
  }
  return (
    <>
      <ActionButton
        look="quiet"
        icon={IconFileDownload}
        onPress={() => {
          setSaved(null)
          setAsking(true)
        }}
        testId="save-diagnostics"
      >
        {t('status.saveDiagnostics')}
      </ActionButton>
      <SavedWords saved={saved} />
      {isAsking && <SupervisorDialog onDone={done} onClose={close} />}
    </>
  )
}

interface SupervisorDialogProps {
  readonly onDone: (saved: Saved) => void
  readonly onClose: () => void
}

function SupervisorDialog({ onDone, onClose }: SupervisorDialogProps) {
  const { t } = useTranslation()
  const { data } = useKiosk()
  const supervisors = useLive(data.guards).filter((guard) => guard.isSupervisor)
  const [chosen, setChosen] = useState<string | null>(null)
  const [only] = supervisors.length === 1 ? supervisors : []
  const guard = only ?? supervisors.find(({ userId }) => userId === chosen)
  const save = async (userId: string, pin: string): Promise<Saved> => {
    const saved = await data.saveDiagnostics(userId, pin)
    // A wrong PIN is said where it is typed.
    if (saved.ok || saved.error.field !== 'pin') onDone(saved)
    return saved
  }
  return (
    <dialog
      ref={showModal}
      className={`${styles['dialog']} ck-scroll`}
      aria-label={t('status.saveDiagnostics')}
      onClose={onClose}
      data-testid="supervisor-dialog"
    >
      {guard === undefined ? (
        <GuardCards
          guards={supervisors}
          title={t('status.diagnosticsWho')}
          lead={t('status.diagnosticsLead')}
          onChoose={setChosen}
        />
      ) : (
        <PinStep
          guard={guard}
          title={t('status.diagnosticsPin', { name: guard.name })}
          onPin={(pin) => save(guard.userId, pin)}
          onBack={only === undefined ? () => setChosen(null) : onClose}
        />
      )}
      <ActionButton look="plain" wide onPress={onClose} testId="supervisor-cancel">
        {t('status.cancel')}
      </ActionButton>
    </dialog>
  )
}

const showModal = (dialog: HTMLDialogElement | null): void => {
  if (dialog?.open === false) dialog.showModal()
}

function SavedWords({ saved }: { readonly saved: Saved | null }) {
  const { t } = useTranslation()
  const wordsOf = useErrorWords()
  const failure = saved === null || saved.ok ? null : saved.error.code
  const words = failure === null ? null : wordsOf(failure)
  return (
    <p className={styles['place']} role="status" data-testid="diagnostics-saved">
      {saved?.ok === true ? t('status.diagnosticsSaved', { place: saved.value.place }) : ''}
      {failure === 'device_storage_failed'
        ? // The code's own words speak of a visit.
          t('status.diagnosticsFailed')
        : words !== null && `${words.what} ${words.remedy}`}
    </p>
  )
}
