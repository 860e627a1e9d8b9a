/** JSON texts that are wrong in one place: what no serializer writes is written here too. */
import fc from 'fast-check'
import { marker } from './fuzz-target.ts'

/** As they would stand in the text. Some are no JSON at all. */
const hostileTexts: readonly string[] = [
  ...['null', 'true', '0', '-1', '0.5', '-0', '1e308', '1e999', '-1e999', '9007199254740993', '1e-400'],
  ...['NaN', 'Infinity', 'undefined', '01', '0x10', '1_000', "'text'", '/* */ 1'],
  ...['""', '"1"', '"NaN"', '"true"', '[]', '[null]', '{}', '{"$ne":null}', '{"$where":"sleep(9000)"}'],
  ...['"\\u0000"', '"\\u0007"', '"\\u001b[2J"', '"\\ud800"', '"\\udfff\\ud800"', '"\\u2028"', '"\\ufeff"'],
  ...['"../../etc/passwd"', '"%00"', '"$gt"', '"a.b"', '"__proto__"', '"<script>alert(1)</script>"'],
  ...['{"__proto__":{"isAdmin":true}}', '{"constructor":{"prototype":{"isAdmin":true}}}', '{"toString":1}'],
  `"${marker} 9876543210"`,
  `{"${marker} key":"${marker}"}`,
  `["${marker}"]`,
  `"${marker}${'x'.repeat(70_000)}"`,
  `${'['.repeat(300)}${']'.repeat(300)}`,
  `${'{"a":'.repeat(6_000)}1${'}'.repeat(6_000)}`,
  `[${Array.from({ length: 6_000 }, () => '0').join(',')}]`,
  `{${Array.from({ length: 2_000 }, (_, index) => `"k${index}":0`).join(',')}}`,
]

const hostileKeys: readonly string[] = [
  ...[
    '"__proto__"',
    '"constructor"',
    '"prototype"',
    '"hasOwnProperty"',
    '"_seq"',
    '"_deleted"',
    '"$set"',
    '""',
  ],
  ...['"societyId"', '"a.b"', '"\\u0000"', '"\\ud800"', `"${marker} key"`, '"9876543210"', '"serverTime"'],
]

/** `ids`: of documents that exist, of both societies. */
export function hostileValue(ids: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...hostileTexts) },
    { weight: 2, arbitrary: fc.constantFrom(...ids.map((id) => JSON.stringify(id))) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify(value)) },
    {
      weight: 1,
      arbitrary: fc.string({ unit: 'binary', maxLength: 30 }).map((text) => JSON.stringify(text)),
    },
    { weight: 1, arbitrary: fc.double().map(String) },
  )
}

type Edit =
  | { readonly kind: 'replace'; readonly at: number; readonly text: string }
  | { readonly kind: 'drop'; readonly at: number }
  | { readonly kind: 'add'; readonly at: number; readonly key: string; readonly text: string }
  | { readonly kind: 'repeat'; readonly at: number }

function editOf(ids: readonly string[]): fc.Arbitrary<Edit> {
  const at = fc.nat({ max: 10_000 })
  const text = hostileValue(ids)
  return fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('replace' as const), at, text }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('drop' as const), at }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('add' as const),
        at,
        key: fc.constantFrom(...hostileKeys),
        text,
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('repeat' as const), at }) },
  )
}

/** The value's text with one or two places changed. */
export function mutatedText(value: unknown, ids: readonly string[]): fc.Arbitrary<string> {
  return fc.array(editOf(ids), { minLength: 1, maxLength: 2 }).map((edits) => {
    const texts: string[] = []
    const edited = edits.reduce<unknown>((whole, edit) => applied(whole, edit, texts), structuredClone(value))
    return withTexts(JSON.stringify(edited), texts)
  })
}

/** Places hold their text's number until the whole is written: a text need not be JSON. */
const placeholder = (index: number): string => `@@${index}@@`

function withTexts(json: string, texts: readonly string[]): string {
  return texts.reduce((whole, text, index) => whole.replace(`"${placeholder(index)}"`, () => text), json)
}

type Container = Record<string, unknown> | unknown[]
interface Place {
  readonly holder: Container
  readonly key: string
}

function applied(whole: unknown, edit: Edit, texts: string[]): unknown {
  const places = placesIn(whole)
  const place = places[edit.at % Math.max(1, places.length)]
  const textAt = (text: string): string => placeholder(texts.push(text) - 1)
  if (!place || (edit.kind !== 'add' && edit.at % 23 === 0))
    return textAt('text' in edit ? edit.text : 'null')
  const { holder, key } = place
  const inner = holder[key as keyof Container] as unknown
  switch (edit.kind) {
    case 'replace':
      Reflect.set(holder, key, textAt(edit.text))
      return whole
    case 'drop':
      if (Array.isArray(holder)) holder.splice(Number(key), 1)
      else Reflect.deleteProperty(holder, key)
      return whole
    case 'add': {
      const target = isContainer(inner) && !Array.isArray(inner) ? inner : holder
      if (Array.isArray(target)) target.push(textAt(edit.text))
      else Reflect.set(target, textAt(edit.key), textAt(edit.text))
      return whole
    }
    case 'repeat':
      if (Array.isArray(holder)) holder.push(structuredClone(inner))
      return whole
  }
}

const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null

function placesIn(value: unknown): Place[] {
  if (!isContainer(value)) return []
  return Object.keys(value).flatMap((key) => [
    { holder: value, key },
    ...placesIn(value[key as keyof Container]),
  ])
}
