import { IconLanguage } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { ActionButton } from '../../../ui/action-button.tsx'
import { changeLanguage, currentLanguage } from '../../../i18n/i18n.ts'

/** Shows the other language in its own script, so that whoever cannot read this one finds it. */
export function LanguageSwitch({ className }: { readonly className?: string | undefined }) {
  const { t } = useTranslation()
  return (
    <ActionButton
      look="plain"
      icon={IconLanguage}
      label={t('language.switchLabel')}
      onPress={() => changeLanguage(currentLanguage() === 'en' ? 'hi' : 'en')}
      testId="language-switch"
      className={className}
    >
      {t('language.switchTo')}
    </ActionButton>
  )
}
