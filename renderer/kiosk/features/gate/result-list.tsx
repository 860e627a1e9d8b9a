import { IconUserPlus, IconUserSearch } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { ActionButton } from '../../../ui/action-button.tsx'
import { EmptyNote } from '../../../ui/empty-note.tsx'
import { useGateStore } from './gate-store.ts'
import { JournalList } from './journal-list.tsx'
import styles from './result-list.module.css'
import { ResultRow } from './result-row.tsx'
import type { GateView } from './use-gate.ts'

/** Below the search: whom it found, or else the latest visits. */
export function ResultList({ gate }: { readonly gate: GateView }) {
  const { t } = useTranslation()
  const searching = gate.term.trim() !== ''
  return (
    <div className={styles['card']}>
      <div className={styles['top']}>
        <h2 className={styles['heading']}>{t(searching ? 'gate.results' : 'gate.journal')}</h2>
      </div>
      {searching ? <Found gate={gate} /> : <JournalList onChoose={gate.chooseVisit} />}
      {gate.shown !== null && (
        <div className={styles['foot']}>
          <ActionButton
            look="plain"
            wide
            icon={IconUserPlus}
            keys={t('keys.ctrlEnter')}
            onPress={gate.startNew}
            testId="new-visitor"
          >
            {t('gate.new')}
          </ActionButton>
        </div>
      )}
    </div>
  )
}

function Found({ gate }: { readonly gate: GateView }) {
  const { t } = useTranslation()
  const { chosen, choose } = useGateStore()
  const { hits, current } = gate.people
  if (hits.length === 0)
    return current ? (
      <div className={styles['list']}>
        <EmptyNote icon={IconUserSearch} title={t('gate.noHits')} text={t('gate.noHitsText')} />
      </div>
    ) : (
      <div className={styles['list']} />
    )
  return (
    <ol className={`${styles['list']} ck-scroll`}>
      {hits.map((hit, at) => (
        <li key={hit.visitorId}>
          <ResultRow
            hit={hit}
            at={at}
            look={
              chosen?.person?.visitorId === hit.visitorId
                ? 'chosen'
                : chosen === null && at === 0
                  ? 'marked'
                  : 'plain'
            }
            onChoose={() => choose(hit)}
          />
        </li>
      ))}
    </ol>
  )
}
