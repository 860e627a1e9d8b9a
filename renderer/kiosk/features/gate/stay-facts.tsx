import { IconClock, IconClockExclamation, IconHome } from '@tabler/icons-react'
import type { Icon } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Visit } from '../../../data/kiosk-data.ts'
import { classNames } from '../../../ui/class-names.ts'
import { iconStroke } from '../../../ui/theme.ts'
import { useClock, useTrueNow } from '../../time.ts'
import { overstayMsOf } from '../inside/overstay.ts'
import { useKindWords } from '../visits/kind-words.ts'
import { WrittenAt } from '../visits/written-at.tsx'
import { VisitMarks } from '../visits/visit-marks.tsx'
import styles from './stay-facts.module.css'
import { approvalIcons, entryTypeIcons, vehicleTypeIcons } from './visit-kinds.ts'

/** What was written at the entry, for the one who is now leaving. */
export function StayFacts({ visit }: { readonly visit: Visit }) {
  const { t } = useTranslation()
  const clock = useClock()
  const now = useTrueNow(15_000)
  const { kind, purpose } = useKindWords()(visit)
  const { vehicle } = visit
  const late = overstayMsOf(visit, now) > 0
  return (
    <div className={styles['facts']}>
      <Fact icon={IconHome}>{visit.flats.join(', ')}</Fact>
      <Fact icon={entryTypeIcons[visit.entryType]}>{[kind, purpose].filter(Boolean).join(' · ')}</Fact>
      <Fact icon={late ? IconClockExclamation : IconClock} late={late}>
        {clock.span(now - visit.entryAt)}
      </Fact>
      <WrittenAt visit={visit} />
      <Fact icon={approvalIcons[visit.approvalMethod]}>{t(`approvalMethod.${visit.approvalMethod}`)}</Fact>
      {vehicle !== null && <Fact icon={vehicleTypeIcons[vehicle.type]}>{vehicle.number}</Fact>}
      <div className={classNames(styles['fact'], styles['marks'])}>
        <VisitMarks visit={visit} words />
      </div>
    </div>
  )
}

interface FactProps {
  readonly icon: Icon
  readonly late?: boolean
  readonly children: string
}

function Fact({ icon: Sign, late = false, children }: FactProps) {
  return (
    <p className={classNames(styles['fact'], late && styles['late'])}>
      <Sign size={26} stroke={iconStroke} aria-hidden="true" />
      <span>{children}</span>
    </p>
  )
}
