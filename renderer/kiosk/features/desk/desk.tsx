import type { Guard } from '../../../data/kiosk-data.ts'
import { GateScreen } from '../gate/gate-screen.tsx'
import { InsideScreen } from '../inside/inside-screen.tsx'
import { StatusScreen } from '../status/status-screen.tsx'
import { useDeskStore } from './desk-store.ts'
import type { DeskScreen } from './desk-store.ts'
import styles from './desk.module.css'
import { DeskRail } from './desk-rail.tsx'
import { StatusBar } from './status-bar.tsx'
import { useDeskKeys } from './use-desk-keys.ts'

const screens: Readonly<Record<DeskScreen, () => React.ReactNode>> = {
  gate: () => <GateScreen />,
  inside: () => <InsideScreen />,
  status: () => <StatusScreen />,
}

export function Desk({ guard }: { readonly guard: Guard }) {
  const screen = useDeskStore((state) => state.screen)
  useDeskKeys()
  return (
    <div className={styles['desk']}>
      <DeskRail />
      <StatusBar guard={guard} />
      <div className={styles['screen']}>{screens[screen]()}</div>
    </div>
  )
}
