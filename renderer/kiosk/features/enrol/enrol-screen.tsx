import { IconPlugConnected } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { ActionButton } from '../../../ui/action-button.tsx'
import { SideFrame } from '../../../ui/side-frame.tsx'
import { useErrorWords } from '../../error-words.ts'
import { LanguageSwitch } from '../language/language-switch.tsx'
import styles from './enrol-screen.module.css'
import { spokenCode } from './enrolment-code.ts'
import { useEnrol } from './use-enrol.ts'
import type { Enrol } from './use-enrol.ts'

export function EnrolScreen() {
  const { t } = useTranslation()
  const enrol = useEnrol()
  return (
    <SideFrame
      side={<p className={styles['sideText']}>{t('enrol.progressText')}</p>}
      top={<LanguageSwitch />}
    >
      <form
        className={styles['form']}
        onSubmit={(event) => {
          event.preventDefault()
          enrol.submit()
        }}
      >
        <h1 className={styles['title']}>{t('enrol.title')}</h1>
        <p className={styles['lead']}>{t('enrol.lead')}</p>
        <EnrolFields enrol={enrol} />
        <EnrolMessage enrol={enrol} />
        <ActionButton
          large
          wide
          type="submit"
          icon={IconPlugConnected}
          onPress={() => undefined}
          disabled={enrol.asking}
          testId="enrol-submit"
        >
          {t(enrol.asking ? 'enrol.checking' : 'enrol.submit')}
        </ActionButton>
      </form>
    </SideFrame>
  )
}

function EnrolFields({ enrol }: { readonly enrol: Enrol }) {
  const { t } = useTranslation()
  return (
    <>
      <label className={styles['field']}>
        <span className={styles['label']}>{t('enrol.server')}</span>
        <input
          className={styles['input']}
          value={enrol.server}
          readOnly={enrol.serverFixed}
          onChange={(event) => enrol.setServer(event.target.value)}
          placeholder="https://"
          inputMode="url"
          spellCheck={false}
          autoComplete="off"
          data-testid="enrol-server"
        />
      </label>
      <label className={styles['field']}>
        <span className={styles['label']}>{t('enrol.code')}</span>
        <input
          className={`${styles['input']} ${styles['code']}`}
          value={spokenCode(enrol.code)}
          onChange={(event) => enrol.setCode(event.target.value)}
          placeholder={t('enrol.codeHint')}
          autoFocus
          spellCheck={false}
          autoComplete="off"
          data-testid="enrol-code"
        />
      </label>
    </>
  )
}

function EnrolMessage({ enrol }: { readonly enrol: Enrol }) {
  const { t } = useTranslation()
  const wordsOf = useErrorWords()
  const words = enrol.error === null ? null : wordsOf(enrol.error.code)
  return (
    <p className={styles['message']} role="alert" data-testid="enrol-error">
      {enrol.mistake === 'server' && t('enrol.serverWrong')}
      {enrol.mistake === 'code' && t('enrol.codeShort')}
      {words !== null && (
        <>
          <strong>{words.what}</strong> {words.remedy}
        </>
      )}
    </p>
  )
}
