import { IconPlugConnected } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ErrorCode } from '@chowki/shared/errors/codes.ts'
import { ActionButton } from '../../../ui/action-button.tsx'
import { useErrorWords } from '../../error-words.ts'
import { useKiosk } from '../../kiosk-context.ts'
import styles from './enrol-again.module.css'
import { codeLength, normalizeCode, spokenCode } from './enrolment-code.ts'

/** Where the new code goes that a desk is told to ask for when its server takes it no more. */
export function EnrolAgain() {
  const { t } = useTranslation()
  const { data } = useKiosk()
  const wordsOf = useErrorWords()
  const [code, setCode] = useState('')
  const [isAsking, setAsking] = useState(false)
  const [refused, setRefused] = useState<ErrorCode | null>(null)
  const submit = async (): Promise<void> => {
    if (isAsking || code.length !== codeLength) return
    setAsking(true)
    const taken = await data.enrolAgain(code)
    setAsking(false)
    setRefused(taken.ok ? null : taken.error.code)
  }
  const words = refused === null ? null : wordsOf(refused)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <div className={styles['row']}>
        <input
          className={styles['code']}
          value={spokenCode(code)}
          onChange={(event) => {
            setCode(normalizeCode(event.target.value))
            setRefused(null)
          }}
          aria-label={t('enrol.code')}
          placeholder={t('enrol.code')}
          spellCheck={false}
          autoComplete="off"
          data-testid="again-code"
        />
        <ActionButton
          type="submit"
          icon={IconPlugConnected}
          onPress={() => undefined}
          disabled={isAsking || code.length !== codeLength}
          testId="again-submit"
        >
          {t(isAsking ? 'enrol.checking' : 'enrol.submit')}
        </ActionButton>
      </div>
      {words !== null && (
        <p className={styles['message']} role="alert" data-testid="again-error">
          <strong>{words.what}</strong> {words.remedy}
        </p>
      )}
    </form>
  )
}
