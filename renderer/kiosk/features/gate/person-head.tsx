import { IconPhone, IconUser } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Visit } from '../../../data/kiosk-data.ts'
import { classNames } from '../../../ui/class-names.ts'
import { TextPlace } from '../../../ui/text-place.tsx'
import { usePhoto } from '../../queries.ts'
import { isBarred } from './draft-admission.ts'
import { withName, withPhone } from './draft.ts'
import type { Chosen, EditDraft } from './gate-store.ts'
import { KnownIdentity } from './known-identity.tsx'
import { PhotoPlace } from './photo-place.tsx'
import type { GateView } from './use-gate.ts'
import styles from './visit-panel.module.css'

interface PersonHeadProps {
  readonly gate: GateView
  readonly shown: Chosen
  readonly visit: Visit | null
  readonly onEdit: EditDraft
  readonly onCorrect: (visitorId: string) => void
}

export function PersonHead({ gate, shown, visit, onEdit, onCorrect }: PersonHeadProps) {
  const earlier = usePhoto(shown.person?.photoId ?? null)
  const taken = usePhoto(visit?.entryPhotoId ?? null)
  const { person } = shown
  return (
    <div className={classNames(styles['head'], visit !== null && styles['stays'])}>
      <PhotoPlace camera={gate.camera} stays={visit !== null} taken={taken} />
      {person === null && <NewIdentity shown={shown} onEdit={onEdit} />}
      {person !== null && (
        <KnownIdentity
          shown={shown}
          visit={visit}
          barred={isBarred(gate.admission)}
          earlier={earlier}
          onCorrect={() => onCorrect(person.visitorId)}
        />
      )}
    </div>
  )
}

function NewIdentity({ shown, onEdit }: { readonly shown: Chosen; readonly onEdit: EditDraft }) {
  const { t } = useTranslation()
  const { draft } = shown
  return (
    <div className={styles['places']}>
      <h2 className={styles['newTitle']}>{t('gate.newTitle')}</h2>
      <TextPlace
        lead
        label={t('gate.phone')}
        icon={IconPhone}
        field="phone"
        testId="field-phone"
        inputMode="tel"
        maxLength={40}
        value={draft.phone}
        onChange={(text) => onEdit((d) => withPhone(d, text))}
      />
      <TextPlace
        lead
        label={t('gate.name')}
        icon={IconUser}
        field="name"
        testId="field-name"
        value={draft.name}
        onChange={(name) => onEdit((d) => withName(d, name))}
      />
    </div>
  )
}
