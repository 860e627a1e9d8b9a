import { IconUserPlus } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { ActionButton } from '../../../ui/action-button.tsx'
import { classNames } from '../../../ui/class-names.ts'
import { useKiosk, useLive } from '../../kiosk-context.ts'
import { useNow } from '../../time.ts'
import { useDeskStore } from '../desk/desk-store.ts'
import { overstayMsOf } from '../inside/overstay.ts'
import styles from './gate-ready.module.css'
import { PhotoPlace } from './photo-place.tsx'
import type { Camera } from './use-camera.ts'

interface GateReadyProps {
  readonly camera: Camera
  /** Searched for and not found: then the next thing to do is to write a new visitor. */
  readonly missedTerm: string | null
  readonly onNew: () => void
}

/** Nobody is searched for: who stands before the camera, who is inside, and the way to write somebody new. */
export function GateReady({ camera, missedTerm, onNew }: GateReadyProps) {
  const { t } = useTranslation()
  return (
    <section className={styles['stage']} data-testid="gate-ready">
      <div className={styles['view']}>
        <PhotoPlace wide camera={camera} stays={false} taken={{ standing: 'none', url: null }} />
      </div>
      <Tallies />
      <ActionButton
        large
        wide
        look={missedTerm === null ? 'soft' : 'main'}
        icon={IconUserPlus}
        keys={t(missedTerm === null ? 'keys.ctrlEnter' : 'keys.enter')}
        onPress={onNew}
        testId="new-visitor"
        note={missedTerm}
      >
        {t('gate.new')}
      </ActionButton>
    </section>
  )
}

function Tallies() {
  const { t } = useTranslation()
  const go = useDeskStore((state) => state.go)
  const inside = useLive(useKiosk().data.inside)
  const now = useNow(15_000)
  const late = inside.filter((visit) => overstayMsOf(visit, now) > 0).length
  return (
    <div className={styles['tallies']}>
      <button
        type="button"
        className={classNames(styles['tally'], inside.length === 0 && styles['none'])}
        onClick={() => go('inside')}
      >
        <span className={styles['number']}>{inside.length}</span>
        {t('rail.inside')}
      </button>
      <button
        type="button"
        className={classNames(styles['tally'], styles['late'], late === 0 && styles['none'])}
        onClick={() => go('inside')}
      >
        <span className={styles['number']}>{late}</span>
        {t('inside.onlyOverdue')}
      </button>
    </div>
  )
}
