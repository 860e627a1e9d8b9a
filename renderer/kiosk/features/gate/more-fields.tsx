import { vehicleTypes } from '@chowki/shared/collections/visitor-entries.ts'
import { Menu } from '@mantine/core'
import { IconNote, IconTemperature } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { ActionButton } from '../../../ui/action-button.tsx'
import { TextPlace } from '../../../ui/text-place.tsx'
import { iconStroke } from '../../../ui/theme.ts'
import { useKiosk, useLive } from '../../kiosk-context.ts'
import type { VisitDraft } from './draft.ts'
import menuStyles from './more-fields.module.css'
import type { EditDraft } from './gate-store.ts'
import { ReasonPlace } from './reason-choice.tsx'
import { vehicleTypeIcons } from './visit-kinds.ts'
import styles from './visit-panel.module.css'

interface MoreFieldsProps {
  readonly draft: VisitDraft
  readonly onEdit: EditDraft
}

export function MoreFields({ draft, onEdit }: MoreFieldsProps) {
  const { t } = useTranslation()
  const site = useLive(useKiosk().data.site)
  return (
    <div className={styles['row']}>
      <VehiclePlace draft={draft} onEdit={onEdit} />
      {draft.approvalMethod === 'Override' ? (
        <ReasonPlace draft={draft} onEdit={onEdit} />
      ) : (
        <TextPlace
          label={t('gate.notes')}
          icon={IconNote}
          field="notes"
          testId="field-notes"
          maxLength={200}
          value={draft.notes}
          onChange={(notes) => onEdit((d) => ({ ...d, notes }))}
        />
      )}
      {site?.asksTemperature === true && (
        <TextPlace
          label={t('gate.temperature')}
          icon={IconTemperature}
          field="temperature"
          testId="field-temperature"
          inputMode="decimal"
          maxLength={5}
          className={styles['narrow']}
          value={draft.temperature}
          onChange={(temperature) => onEdit((d) => ({ ...d, temperature }))}
        />
      )}
      {site?.asksMask === true && (
        <MaskSwitch worn={draft.maskWorn} onChange={(maskWorn) => onEdit((d) => ({ ...d, maskWorn }))} />
      )}
    </div>
  )
}

function VehiclePlace({ draft, onEdit }: MoreFieldsProps) {
  const { t } = useTranslation()
  const Sign = vehicleTypeIcons[draft.vehicleType]
  return (
    <div className={menuStyles['vehicle']} data-joined>
      <Menu
        position="bottom-start"
        offset={8}
        classNames={{ dropdown: menuStyles['dropdown'] ?? '', item: menuStyles['item'] ?? '' }}
      >
        <Menu.Target>
          <button
            type="button"
            className={menuStyles['kind']}
            aria-label={`${t('gate.vehicleType')}: ${t(`vehicleType.${draft.vehicleType}`)}`}
            data-testid="vehicle-type"
          >
            <Sign size={26} stroke={iconStroke} />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {vehicleTypes.map((type) => {
            const TypeSign = vehicleTypeIcons[type]
            return (
              <Menu.Item
                key={type}
                leftSection={<TypeSign size={26} stroke={iconStroke} />}
                onClick={() => onEdit((d) => ({ ...d, vehicleType: type }))}
                data-testid={`vehicle-${type}`}
              >
                {t(`vehicleType.${type}`)}
              </Menu.Item>
            )
          })}
        </Menu.Dropdown>
      </Menu>
      <TextPlace
        label={t('gate.vehicle')}
        field="vehicle"
        testId="field-vehicle"
        maxLength={20}
        className={menuStyles['plate']}
        value={draft.vehicleNumber}
        onChange={(text) => onEdit((d) => ({ ...d, vehicleNumber: text.toLocaleUpperCase('en') }))}
      />
    </div>
  )
}

function MaskSwitch({
  worn,
  onChange,
}: {
  readonly worn: boolean
  readonly onChange: (worn: boolean) => void
}) {
  const { t } = useTranslation()
  return (
    <ActionButton
      look={worn ? 'main' : 'quiet'}
      className={styles['narrow']}
      onPress={() => onChange(!worn)}
      testId="field-mask"
    >
      {t('gate.mask')}
    </ActionButton>
  )
}
