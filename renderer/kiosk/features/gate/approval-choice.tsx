import { useTranslation } from 'react-i18next'
import { ChipGroup } from '../../../ui/chip-group.tsx'
import { classNames } from '../../../ui/class-names.ts'
import type { VisitDraft } from './draft.ts'
import type { EditDraft } from './gate-store.ts'
import { approvalIcons, guardApprovals } from './visit-kinds.ts'
import styles from './visit-panel.module.css'

/** The guard's own statement, so it stands beside the action that signs it. */
export function ApprovalChoice({
  draft,
  barred,
  onEdit,
}: {
  readonly draft: VisitDraft
  /** Only his own word passes a bar. */
  readonly barred: boolean
  readonly onEdit: EditDraft
}) {
  const { t } = useTranslation()
  const allowed = barred ? guardApprovals.filter((method) => method === 'Override') : guardApprovals
  return (
    <div className={classNames(styles['approval'], barred && styles['judged'])}>
      <span className={styles['label']}>{t(barred ? 'gate.barredRule' : 'gate.allowedBy')}</span>
      <ChipGroup
        label={t('gate.approval')}
        field="approval"
        look="even"
        value={allowed.find((method) => method === draft.approvalMethod) ?? null}
        options={allowed.map((method) => ({
          value: method,
          label: t(`approvalMethod.${method}`),
          icon: approvalIcons[method],
          testId: `approval-${method}`,
        }))}
        onChoose={(approvalMethod) => onEdit((d) => ({ ...d, approvalMethod }))}
      />
    </div>
  )
}
