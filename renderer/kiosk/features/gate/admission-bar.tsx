import { IconBan, IconUserQuestion } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Admission } from '@chowki/shared/domain/admission.ts'
import { ActionButton } from '../../../ui/action-button.tsx'
import { classNames } from '../../../ui/class-names.ts'
import { iconStroke } from '../../../ui/theme.ts'
import styles from './admission-bar.module.css'
import type { VisitDraft } from './draft.ts'
import type { EditDraft } from './gate-store.ts'

interface AdmissionBarProps {
  readonly admission: Admission
  readonly draft: VisitDraft
  readonly onEdit: EditDraft
}

/** Why this visit is kept out, for the guard's eyes: beside the form, without a sound. */
export function AdmissionBar({ admission: { bar }, draft, onEdit }: AdmissionBarProps) {
  const { t } = useTranslation()
  if (bar === null) return null
  const asksName = bar.by === 'name'
  const Sign = asksName ? IconUserQuestion : IconBan
  return (
    <div
      className={classNames(styles['bar'], asksName && styles['question'])}
      role="status"
      data-testid="admission-bar"
    >
      <Sign size={24} stroke={iconStroke} aria-hidden="true" />
      <p className={styles['text']}>
        <strong>{t(`gate.barredBy.${bar.by}`)}</strong> <span>{bar.reason}</span>
      </p>
      {asksName && (
        <ActionButton
          look={draft.nameChecked ? 'main' : 'quiet'}
          className={styles['answer']}
          onPress={() => onEdit((d) => ({ ...d, nameChecked: !d.nameChecked }))}
          field="nameCheck"
          testId="name-checked"
          pressed={draft.nameChecked}
        >
          {t('gate.nameChecked')}
        </ActionButton>
      )}
    </div>
  )
}
