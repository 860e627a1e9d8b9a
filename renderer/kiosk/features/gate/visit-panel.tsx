import { IconDoorEnter, IconDoorExit } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ActionButton } from '../../../ui/action-button.tsx'
import { classNames } from '../../../ui/class-names.ts'
import { ActionError } from '../visits/action-error.tsx'
import { AdmissionBar } from './admission-bar.tsx'
import { ApprovalChoice } from './approval-choice.tsx'
import { CorrectPerson } from './correct-person.tsx'
import { isBarred } from './draft-admission.ts'
import { holdsAadhaar } from './draft.ts'
import { FlatPicker } from './flat-picker.tsx'
import type { Chosen } from './gate-store.ts'
import { KindChoice } from './kind-choice.tsx'
import { MoreFields } from './more-fields.tsx'
import { PersonHead } from './person-head.tsx'
import { useDraftEdit } from './gate-store.ts'
import type { GateView } from './use-gate.ts'
import { WhoIsIt } from './who-is-it.tsx'
import styles from './visit-panel.module.css'

/** One panel for a known face, a new one, and one who is inside; the main action always stands at its foot. */
export function VisitPanel({ gate, shown }: { readonly gate: GateView; readonly shown: Chosen }) {
  const edit = useDraftEdit(shown)
  const { stay } = gate
  const isAsked = gate.asked.length > 0
  const barred = isBarred(gate.admission)
  // Whom the guard corrects: another who comes to stand here is not meant.
  const [correctedId, setCorrectedId] = useState<string | null>(null)
  const { person } = shown
  if (person !== null && person.visitorId === correctedId && stay === null)
    return (
      <section className={styles['panel']} data-testid="visit-panel" data-shown={shown.key}>
        <CorrectPerson person={person} onDone={() => setCorrectedId(null)} />
      </section>
    )
  return (
    <section
      className={classNames(styles['panel'], barred && styles['barred'])}
      data-testid="visit-panel"
      data-shown={shown.key}
    >
      <div className={`${styles['above']} ck-scroll-low`}>
        <PersonHead gate={gate} shown={shown} visit={stay} onEdit={edit} onCorrect={setCorrectedId} />
        {!isAsked && (stay === null || barred) && (
          <AdmissionBar admission={gate.admission} draft={shown.draft} onEdit={edit} />
        )}
        {isAsked && (
          <WhoIsIt people={gate.asked} onChoose={gate.answer} onSomebodyElse={() => gate.answer(null)} />
        )}
        {stay === null && !isAsked && (
          <>
            <FlatPicker
              flats={shown.draft.flats}
              onChange={(flats) => edit((draft) => ({ ...draft, flats }))}
            />
            <KindChoice draft={shown.draft} onEdit={edit} />
            <MoreFields draft={shown.draft} onEdit={edit} />
          </>
        )}
      </div>
      <div className={styles['foot']}>
        {stay === null && !isAsked && <ApprovalChoice draft={shown.draft} barred={barred} onEdit={edit} />}
        <MainAction gate={gate} shown={shown} />
      </div>
    </section>
  )
}

function MainAction({ gate, shown }: { readonly gate: GateView; readonly shown: Chosen }) {
  const { t } = useTranslation()
  const { failed, saving } = gate
  const letsOut = gate.stay !== null
  const { draft } = shown
  const places = gate.missing.map((place) =>
    t(place === 'phone' && draft.phone.trim() !== '' ? 'gate.placePhoneWhole' : placeKeys[place]),
  )
  return (
    <>
      <ActionError error={failed?.error ?? null} />
      {holdsAadhaar(draft) && (
        <p className={styles['notice']} role="status">
          {t('gate.aadhaarHidden')}
        </p>
      )}
      <ActionButton
        key={letsOut ? 'out' : 'in'}
        large
        wide
        icon={letsOut ? IconDoorExit : IconDoorEnter}
        keys={t(gate.certain ? 'keys.enter' : 'keys.enterTwice')}
        onPress={gate.goOn}
        testId="main-action"
        look={places.length > 0 ? 'soft' : 'main'}
        note={places.length > 0 ? t('gate.missing', { places: places.join(', ') }) : null}
      >
        {saving ? t('gate.saving') : t(letsOut ? 'gate.letOut' : 'gate.letIn')}
      </ActionButton>
    </>
  )
}

const placeKeys = {
  who: 'gate.placeWho',
  phone: 'gate.placePhone',
  name: 'gate.placeName',
  flat: 'gate.placeFlat',
  type: 'gate.placeType',
  approval: 'gate.placeApproval',
  reason: 'gate.placeReason',
  nameCheck: 'gate.placeNameCheck',
} as const
