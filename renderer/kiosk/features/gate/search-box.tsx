import { IconSearch, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { ActionButton } from '../../../ui/action-button.tsx'
import { classNames } from '../../../ui/class-names.ts'
import { iconStroke } from '../../../ui/theme.ts'
import { useGateStore, focusSearch } from './gate-store.ts'
import styles from './search-box.module.css'

/** `settled`: what is shown below belongs to these very words. */
export function SearchBox({ settled }: { readonly settled: boolean }) {
  const { t } = useTranslation()
  const { term, chosen, setTerm, clear } = useGateStore()
  const something = term !== '' || chosen !== null
  return (
    <label className={classNames(styles['box'], term !== '' && styles['filled'])}>
      <IconSearch size={28} stroke={iconStroke} aria-hidden="true" />
      <input
        className={styles['input']}
        value={term}
        onChange={(event) => setTerm(event.target.value)}
        placeholder={t('gate.search')}
        aria-label={t('gate.search')}
        autoComplete="off"
        spellCheck={false}
        autoFocus
        maxLength={80}
        aria-busy={!settled}
        data-settled-for={settled ? term : undefined}
        data-search
        data-testid="search"
      />
      {something && (
        <ActionButton
          look="plain"
          icon={IconX}
          keys={t('keys.esc')}
          label={t('gate.clear')}
          onPress={() => {
            clear()
            focusSearch()
          }}
        />
      )}
    </label>
  )
}
