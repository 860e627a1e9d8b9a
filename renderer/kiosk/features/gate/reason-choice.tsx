import { IconMessageQuestion } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { ChipGroup } from '../../../ui/chip-group.tsx'
import { TextPlace } from '../../../ui/text-place.tsx'
import type { VisitDraft } from './draft.ts'
import type { EditDraft } from './gate-store.ts'
import { isUsualReason, usualReasons } from './visit-kinds.ts'

interface ReasonProps {
  readonly draft: VisitDraft
  readonly onEdit: EditDraft
}

/** Why the guard lets in on his own word: one of these, or what he writes. */
export function ReasonChoice({ draft, onEdit }: ReasonProps) {
  const { t } = useTranslation()
  return (
    <ChipGroup
      label={t('gate.reason')}
      field="reasonChip"
      look="even"
      value={usualReasons.find((reason) => reason === draft.overrideReason) ?? null}
      options={usualReasons.map((reason, n) => ({
        value: reason,
        label: t(`overrideReason.${reason}`),
        testId: `reason-${n + 1}`,
      }))}
      onChoose={(overrideReason) => onEdit((d) => ({ ...d, overrideReason }))}
    />
  )
}

export function ReasonPlace({ draft, onEdit }: ReasonProps) {
  const { t } = useTranslation()
  const { overrideReason } = draft
  return (
    <TextPlace
      label={t('gate.reason')}
      icon={IconMessageQuestion}
      field="reason"
      testId="field-reason"
      missing={overrideReason.trim() === ''}
      maxLength={200}
      value={isUsualReason(overrideReason) ? t(`overrideReason.${overrideReason}`) : overrideReason}
      onChange={(text) => onEdit((d) => ({ ...d, overrideReason: text }))}
    />
  )
}
