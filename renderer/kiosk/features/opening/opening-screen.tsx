import { IconRefresh } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { ActionButton } from '../../../ui/action-button.tsx'
import { BrandMark } from '../../../ui/brand-mark.tsx'
import { SideFrame } from '../../../ui/side-frame.tsx'
import { useErrorWords } from '../../error-words.ts'
import { LanguageSwitch } from '../language/language-switch.tsx'
import enrolStyles from '../enrol/enrol-screen.module.css'
import styles from './opening-screen.module.css'

export function OpeningScreen() {
  const { t } = useTranslation()
  return (
    <main className={styles['screen']} data-testid="opening">
      <BrandMark size={120} />
      <h1 className={styles['title']}>{t('opening.title')}</h1>
      <p className={styles['text']}>{t('opening.text')}</p>
    </main>
  )
}

export function FailedScreen({ error }: { readonly error: ChowkiError }) {
  const { t } = useTranslation()
  const { what, remedy } = useErrorWords()(error.code)
  return (
    <SideFrame side={<p className={enrolStyles['sideText']}>{t('failed.safe')}</p>} top={<LanguageSwitch />}>
      <div className={enrolStyles['form']} role="alert" data-testid="failed">
        <h1 className={enrolStyles['title']}>{t('failed.title')}</h1>
        <p>
          <strong>{what}</strong> {remedy}
        </p>
        <p className={enrolStyles['lead']}>{error.code}</p>
        <ActionButton large wide icon={IconRefresh} onPress={() => globalThis.location.reload()}>
          {t('common.retry')}
        </ActionButton>
      </div>
    </SideFrame>
  )
}
