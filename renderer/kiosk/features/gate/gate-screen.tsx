import styles from './gate-screen.module.css'
import { GateReady } from './gate-ready.tsx'
import { ResultList } from './result-list.tsx'
import { SearchBox } from './search-box.tsx'
import { useGateKeys } from './use-gate-keys.ts'
import { useGate } from './use-gate.ts'
import type { GateView } from './use-gate.ts'
import { VisitPanel } from './visit-panel.tsx'
import { UndoLine } from '../undo/undo-line.tsx'
import { FailedLines } from '../visits/failed-lines.tsx'
import { AsideLine } from './aside-line.tsx'

export function GateScreen() {
  const gate = useGate()
  useGateKeys(gate)
  return (
    <main className={styles['screen']}>
      <section className={styles['column']}>
        <SearchBox settled={gate.people.current} />
        <ResultList gate={gate} />
        <AsideLine />
        <FailedLines besides={gate.failed} />
        <UndoLine />
      </section>
      {gate.shown === null ? (
        <GateReady camera={gate.camera} missedTerm={missedTermOf(gate)} onNew={gate.startNew} />
      ) : (
        <VisitPanel key={gate.shown.key} gate={gate} shown={gate.shown} />
      )}
    </main>
  )
}

const missedTermOf = ({ term, people }: GateView): string | null =>
  term.trim() !== '' && people.current && people.hits.length === 0 ? term.trim() : null
