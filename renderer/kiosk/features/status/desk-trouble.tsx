import { IconFileDownload } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import { ActionButton } from '../../../ui/action-button.tsx'
import { useErrorWords } from '../../error-words.ts'
import { useKiosk, useLive } from '../../kiosk-context.ts'
import { useClock, useNow } from '../../time.ts'
import styles from './status-screen.module.css'

/** P4: the newest failure that no other screen tells of, and what a supervisor can take along to have it looked into. */
export function DeskTrouble() {
  const { t } = useTranslation()
  const { data } = useKiosk()
  const trouble = useLive(data.trouble)
  const clock = useClock()
  const now = useNow(30_000)
  return (
    <>
      <h2 className={styles['heading']}>{t('status.troubleTitle')}</h2>
      {trouble === null ? (
        <p data-testid="no-trouble">{t('status.troubleNone')}</p>
      ) : (
        <p data-testid="trouble">
          {t(`status.trouble.${trouble.area}`)}{' '}
          <span className={styles['soft']}>{clock.ago(trouble.at, now)}</span>
        </p>
      )}
      <Diagnostics />
    </>
  )
}

function Diagnostics() {
  const { t } = useTranslation()
  const { data } = useKiosk()
  const stage = useLive(data.stage)
  const wordsOf = useErrorWords()
  const [saved, setSaved] = useState<Result<{ readonly place: string }, ChowkiError> | null>(null)
  if (stage.stage !== 'signedIn' || !stage.guard.isSupervisor)
    return <p className={styles['soft']}>{t('status.diagnosticsBySupervisor')}</p>
  const words = saved === null || saved.ok ? null : wordsOf(saved.error.code)
  return (
    <>
      <ActionButton
        look="quiet"
        icon={IconFileDownload}
        onPress={() => void data.saveDiagnostics().then(setSaved)}
        testId="save-diagnostics"
      >
        {t('status.saveDiagnostics')}
      </ActionButton>
      <p className={styles['place']} role="status" data-testid="diagnostics-saved">
        {saved?.ok === true ? t('status.diagnosticsSaved', { place: saved.value.place }) : ''}
        {words === null ? '' : `${words.what} ${words.remedy}`}
      </p>
    </>
  )
}
