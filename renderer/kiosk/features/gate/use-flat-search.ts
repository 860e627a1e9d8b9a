import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { KeyboardEvent } from 'react'
import type { FlatOption } from '../../../data/kiosk-data.ts'
import { useKiosk } from '../../kiosk-context.ts'

const flatsMax = 8

export interface FlatSearch {
  readonly term: string
  readonly setTerm: (term: string) => void
  readonly options: readonly FlatOption[]
  readonly nothingFound: boolean
  /** What is offered belongs to the words that stand there. */
  readonly settled: boolean
  readonly marked: number
  readonly pick: (flat: FlatOption) => void
  readonly onKeyDown: (event: KeyboardEvent) => void
}

/** Type-ahead over the flats; a flat already in the visit is not offered again. */
export function useFlatSearch(
  flats: readonly FlatOption[],
  onChange: (flats: readonly FlatOption[]) => void,
): FlatSearch {
  const { data } = useKiosk()
  const [term, setTermOnly] = useState('')
  const [markedId, setMarkedId] = useState<string | null>(null)
  const trimmed = term.trim()
  const found = useQuery({
    queryKey: ['flats', trimmed],
    queryFn: () => data.findFlats(trimmed, flatsMax),
    enabled: trimmed !== '',
    placeholderData: keepPreviousData,
  })
  const options =
    trimmed === '' ? [] : (found.data ?? []).filter((flat) => !flats.some((f) => f.flatId === flat.flatId))
  const setTerm = (text: string): void => {
    setTermOnly(text)
    setMarkedId(null)
  }
  const pick = (flat: FlatOption): void => {
    onChange([...flats, flat])
    setTerm('')
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const handled = onFlatKey(event)
    if (!handled) return
    event.preventDefault()
    event.stopPropagation()
    event.nativeEvent.stopImmediatePropagation()
  }
  // The mark is a flat's, wherever it stands by now.
  const marked = Math.max(
    0,
    options.findIndex((flat) => flat.flatId === markedId),
  )
  const walk = (step: number): void => setMarkedId(options[marked + step]?.flatId ?? markedId)
  const onFlatKey = ({ key, repeat }: KeyboardEvent): boolean => {
    // Held to erase the words, it takes no flat.
    if (key === 'Backspace' && !repeat && term === '' && flats.length > 0) {
      onChange(flats.slice(0, -1))
      return true
    }
    if (trimmed === '') return false
    if (key === 'Escape') setTerm('')
    else if (key === 'ArrowDown') walk(1)
    else if (key === 'ArrowUp') walk(-1)
    else if (key === 'Enter') {
      const flat = options[marked]
      // Results of an earlier term must not be picked by a fast Enter.
      if (flat !== undefined && settled) pick(flat)
    } else return false
    return true
  }
  const settled = trimmed === '' || (found.isSuccess && !found.isPlaceholderData)
  const nothingFound = trimmed !== '' && options.length === 0 && settled
  return { term, setTerm, options, nothingFound, settled, marked, pick, onKeyDown }
}
