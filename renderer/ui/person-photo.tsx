import { IconCloud } from '@tabler/icons-react'
import { classNames } from './class-names.ts'
import styles from './person-photo.module.css'
import { iconStroke } from './theme.ts'

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** First sign of the first and last word: whole graphemes, as an Indian letter is often several code points. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean)
  const chosen = words.length > 1 ? [words[0], words.at(-1)] : words
  const firsts = chosen.map((word) => [...graphemes.segment(word ?? '')][0]?.segment ?? '')
  const both = firsts.join('')
  // Two Tamil letters with their vowel signs are wider than the arch.
  return (both.length > 3 ? (firsts[0] ?? '') : both).toLocaleUpperCase()
}

interface PersonPhotoProps {
  readonly name: string
  readonly url: string | null
  readonly size: 'row' | 'card' | 'face'
  /** In words, where there is a photo that cannot be shown now: the initials alone would say that none was taken. */
  readonly awayLabel?: string | null
}

export function PersonPhoto({ name, url, size, awayLabel = null }: PersonPhotoProps) {
  const isAway = url === null && awayLabel !== null
  return (
    <span className={classNames(styles['photo'], styles[size], isAway && styles['away'])}>
      <span aria-hidden="true">{initialsOf(name)}</span>
      {url !== null && <img src={url} alt="" draggable={false} />}
      {isAway && (
        <span className={styles['cloud']} role="img" aria-label={awayLabel} title={awayLabel}>
          <IconCloud size={16} stroke={iconStroke} />
        </span>
      )}
    </span>
  )
}
