/** Documents that somebody has spoiled: what a validator is for. For tests only. */
import fc from 'fast-check'

export const strange = fc.oneof(
  fc.anything({ withNullPrototype: true }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom<unknown>(
    undefined,
    null,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -1,
    0.5,
    2 ** 53,
    '',
    '\ud800',
    'a\u0000',
    'a\nb',
    '😀'.repeat(61),
    '0'.repeat(24),
    [],
    {},
    [undefined],
    new Date(0),
  ),
)

/** Puts something strange somewhere: in place of a field, inside it, or beside the fields. */
export const spoiled = (document: fc.Arbitrary<Record<string, unknown>>) =>
  fc
    .tuple(document, strange, fc.nat(), fc.constantFrom('replace', 'drop', 'add', 'inside'))
    .map(([sample, value, at, how]) => {
      const names = Object.keys(sample)
      const name = names[at % names.length] ?? ''
      if (how === 'add') return { ...sample, extra: value }
      if (how === 'replace') return { ...sample, [name]: value }
      if (how === 'drop')
        return Object.fromEntries(Object.entries(sample).filter(([field]) => field !== name))
      const inner = sample[name]
      if (Array.isArray(inner)) return { ...sample, [name]: [...inner, value] }
      return typeof inner === 'object' && inner !== null
        ? { ...sample, [name]: { ...inner, extra: value } }
        : sample
    })
