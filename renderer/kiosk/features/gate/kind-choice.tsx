import { entryTypes } from '@chowki/shared/collections/visitor-entries.ts'
import { useTranslation } from 'react-i18next'
import { ChipGroup } from '../../../ui/chip-group.tsx'
import { withType } from './draft.ts'
import type { VisitDraft } from './draft.ts'
import type { EditDraft } from './gate-store.ts'
import { ReasonChoice } from './reason-choice.tsx'
import { entryTypeIcons, isKnownPurpose, purposesByType } from './visit-kinds.ts'
import styles from './visit-panel.module.css'

interface KindChoiceProps {
  readonly draft: VisitDraft
  readonly onEdit: EditDraft
}

export function KindChoice({ draft, onEdit }: KindChoiceProps) {
  const { t } = useTranslation()
  return (
    <>
      <ChipGroup
        label={t('gate.type')}
        field="type"
        look="tile"
        value={draft.entryType}
        options={entryTypes.map((type) => ({
          value: type,
          label: t(`entryType.${type}`),
          icon: entryTypeIcons[type],
          testId: `type-${type}`,
        }))}
        onChoose={(type) => onEdit((d) => withType(d, type))}
      />
      {/* Of an override the reason matters more than the purpose, and there is room for one. */}
      {draft.approvalMethod === 'Override' ? (
        <ReasonChoice draft={draft} onEdit={onEdit} />
      ) : (
        <PurposeChoice draft={draft} onEdit={onEdit} />
      )}
    </>
  )
}

function PurposeChoice({ draft, onEdit }: KindChoiceProps) {
  const { t } = useTranslation()
  if (draft.entryType === null) return <p className={styles['waits']}>{t('gate.purposeHint')}</p>
  const purposes: readonly string[] = purposesByType[draft.entryType]
  return (
    <ChipGroup
      label={t('gate.purpose')}
      field="purpose"
      look="even"
      value={draft.purpose}
      options={purposes.map((purpose, n) => ({
        value: purpose,
        label: isKnownPurpose(purpose) ? t(`purpose.${purpose}`) : purpose,
        testId: `purpose-${n + 1}`,
      }))}
      onChoose={(purpose) => onEdit((d) => ({ ...d, purpose: d.purpose === purpose ? null : purpose }))}
    />
  )
}
