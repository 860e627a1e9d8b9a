import { IconArrowBackUp, IconTrash } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { ActionButton } from '../../../ui/action-button.tsx'
import { takeUpKey } from '../../../ui/keys.ts'
import { useKiosk } from '../../kiosk-context.ts'
import { useNow } from '../../time.ts'
import { undoMs } from '../undo/undo-store.ts'
import styles from './aside-line.module.css'
import { spokenPhone } from './draft.ts'
import { takeUpNewest, useGateStore } from './gate-store.ts'
import type { Chosen } from './gate-store.ts'

/** A form is kept until it is sent or thrown away, and for ten seconds after that. */
export function AsideLine() {
  const { aside, thrown } = useGateStore()
  const now = useNow(1_000)
  const newest = aside.at(-1)
  if (thrown !== null && now - thrown.at < undoMs) return <Thrown key={thrown.form.key} form={thrown.form} />
  return newest === undefined ? null : <Aside key={newest.key} form={newest} others={aside.length - 1} />
}

const calledBy = ({ draft }: Chosen): string => draft.name || spokenPhone(draft.phone)

function Aside({ form, others }: { readonly form: Chosen; readonly others: number }) {
  const { t } = useTranslation()
  const { now } = useKiosk()
  const throwAway = useGateStore((state) => state.throwAway)
  const name = calledBy(form)
  return (
    <div className={styles['line']} role="status" data-testid="aside">
      <div className={styles['words']}>
        {name !== '' && <p className={styles['name']}>{name}</p>}
        <p>{others === 0 ? t('aside.kept') : t('aside.keptMore', { count: others })}</p>
      </div>
      <ActionButton look="soft" keys={takeUpKey} onPress={takeUpNewest} testId="take-up">
        {t('aside.takeUp')}
      </ActionButton>
      <ActionButton
        look="plain"
        icon={IconTrash}
        label={t('aside.throwAway')}
        onPress={() => throwAway(form, now())}
        testId="throw-away"
      />
    </div>
  )
}

function Thrown({ form }: { readonly form: Chosen }) {
  const { t } = useTranslation()
  const takeUp = useGateStore((state) => state.takeUp)
  return (
    <div className={styles['line']} role="status" data-testid="thrown">
      <p className={styles['words']}>{t('aside.thrown')}</p>
      <ActionButton look="soft" icon={IconArrowBackUp} onPress={() => takeUp(form)} testId="bring-back">
        {t('aside.bringBack')}
      </ActionButton>
    </div>
  )
}
