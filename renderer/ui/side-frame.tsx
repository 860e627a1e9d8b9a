import type { ReactNode } from 'react'
import { BrandMark } from './brand-mark.tsx'
import styles from './side-frame.module.css'

interface SideFrameProps {
  /** On the brand's ground, below the arches. */
  readonly side: ReactNode
  readonly top: ReactNode
  readonly children: ReactNode
}

/** The desk before a guard is on it: the gate at the left, what is to be done at the right. */
export function SideFrame({ side, top, children }: SideFrameProps) {
  return (
    <div className={styles['frame']}>
      <aside className={styles['side']}>
        <Arches />
        <p className={styles['name']}>
          <BrandMark size={48} />
          Chowki
        </p>
        <div className={styles['foot']}>{side}</div>
      </aside>
      <main className={styles['body']}>
        <div className={styles['top']}>{top}</div>
        <div className={styles['content']}>{children}</div>
      </main>
    </div>
  )
}

/** One gate behind the other, as one looks through a fort. */
function Arches() {
  return (
    <svg
      className={styles['arches']}
      viewBox="0 0 400 560"
      preserveAspectRatio="xMidYMin slice"
      fill="none"
      stroke="currentColor"
      strokeWidth={10}
      aria-hidden="true"
    >
      {[0, 46, 92, 138].map((inset) => (
        <path
          key={inset}
          d={`M${inset + 16} 580 V${250 + inset * 0.7} C${inset + 16} ${150 + inset} ${110 + inset * 0.55} ${96 + inset} 200 ${24 + inset * 1.3} C${290 - inset * 0.55} ${96 + inset} ${384 - inset} ${150 + inset} ${384 - inset} ${250 + inset * 0.7} V580`}
        />
      ))}
    </svg>
  )
}
