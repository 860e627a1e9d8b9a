import { IconHome, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { FlatOption } from '../../../data/kiosk-data.ts'
import { classNames } from '../../../ui/class-names.ts'
import { KeyHint } from '../../../ui/key-hint.tsx'
import { TextPlace } from '../../../ui/text-place.tsx'
import { iconStroke } from '../../../ui/theme.ts'
import styles from './flat-picker.module.css'
import { useFlatSearch } from './use-flat-search.ts'
import type { FlatSearch } from './use-flat-search.ts'

interface FlatPickerProps {
  readonly flats: readonly FlatOption[]
  readonly onChange: (flats: readonly FlatOption[]) => void
}

export function FlatPicker({ flats, onChange }: FlatPickerProps) {
  const { t } = useTranslation()
  const search = useFlatSearch(flats, onChange)
  return (
    <div className={styles['picker']} role="group" aria-label={t('gate.flats')} onKeyDown={search.onKeyDown}>
      <ChosenFlats flats={flats} onChange={onChange} />
      <TextPlace
        lead={flats.length === 0}
        label={t(flats.length === 0 ? 'gate.flat' : 'gate.flatAdd')}
        icon={IconHome}
        field="flat"
        testId="field-flat"
        settledFor={search.settled ? search.term : undefined}
        maxLength={40}
        className={styles['add']}
        value={search.term}
        onChange={search.setTerm}
      />
      <FlatOptions search={search} />
    </div>
  )
}

function ChosenFlats({ flats, onChange }: FlatPickerProps) {
  const { t } = useTranslation()
  if (flats.length === 0) return null
  return (
    <div className={styles['chips']}>
      {flats.map((flat) => (
        <button
          key={flat.flatId}
          type="button"
          className={styles['chip']}
          aria-label={t('gate.flatRemove', { flat: flat.label })}
          onClick={() => onChange(flats.filter((f) => f !== flat))}
        >
          {flat.label}
          <IconX size={18} stroke={iconStroke} aria-hidden="true" />
        </button>
      ))}
    </div>
  )
}

function FlatOptions({ search }: { readonly search: FlatSearch }) {
  const { t } = useTranslation()
  if (search.options.length === 0 && !search.nothingFound) return null
  return (
    <div className={classNames(styles['options'], 'ck-scroll')} role="listbox">
      {search.options.map((flat, at) => (
        <button
          key={flat.flatId}
          type="button"
          role="option"
          aria-selected={at === search.marked}
          tabIndex={-1}
          className={classNames(styles['option'], at === search.marked && styles['marked'])}
          data-testid={`flat-option-${at + 1}`}
          // The place keeps the focus, so that the next flat can be typed at once.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => search.pick(flat)}
        >
          {at === search.marked ? <KeyHint keys="↵" /> : <span />}
          <span className={styles['label']}>{flat.label}</span>
          <span className={styles['residents']}>{flat.residents.map((r) => r.name).join(', ')}</span>
        </button>
      ))}
      {search.nothingFound && <p className={styles['none']}>{t('gate.flatNone')}</p>}
    </div>
  )
}
