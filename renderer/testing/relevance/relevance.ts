/**
 * Does the gate's search find who is meant? Wanted people among a crowd that is made to be taken for them: everybody's
 * given name with many families, everybody's family with many given names, phones and plates that differ by a digit.
 */
import { createPeopleIndex } from '../../data/people/people-index.ts'
import type { PeopleIndex } from '../../data/people/people-index.ts'
import { wantedPeople } from './wanted.ts'

export interface RelevanceQuery {
  /** Script of the name, or the rule that made the query. */
  readonly kind: string
  readonly term: string
  readonly wantedId: string
}

export interface Judged extends RelevanceQuery {
  readonly found: boolean
  readonly ms: number
}

const at = 5
const firstPhone = 9_811_100_000
const phoneOf = (n: number): string => `+91${firstPhone + n * 1_001}`
const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ'
const letter = (n: number): string => letters.charAt(n % letters.length)
const fourDigits = (n: number): string => String(1_000 + ((n * 37) % 9_000))
const plateOf = (n: number): string => `MH${10 + (n % 40)}${letter(n)}${letter(n * 7)}${fourDigits(n)}`
const bharatPlateOf = (n: number): string => `22BH${fourDigits(n + 5)}${letter(n)}${letter(n * 3)}`
const flatOf = (n: number): string => `${letter(n)}-${1_201 + n}`
const wantedId = (n: number): string => `wanted-${n}`

export function relevanceQueries(): RelevanceQuery[] {
  return wantedPeople.flatMap(({ script, queries }, n) => [
    ...queries.map((term) => ({ kind: script, term, wantedId: wantedId(n) })),
    ...ruledQueries(n),
  ])
}

/** Phone, plate and flat as people write them; each of a different third of the people. */
function ruledQueries(n: number): RelevanceQuery[] {
  const ten = phoneOf(n).slice(3)
  const [plate, bharat, flat] = [plateOf(n), bharatPlateOf(n), flatOf(n)]
  const given = wantedPeople[n]?.queries[0]?.split(' ')[0] ?? ''
  const spaced = plate.replace(/(\D+)(\d+)(\D+)(\d+)/, '$1 $2 $3 $4')
  const [block = '', number = ''] = flat.split('-')
  const kinds: readonly (readonly [kind: string, terms: readonly string[]])[] = [
    ['phone', [`0${ten}`, `(+91) ${ten.slice(0, 5)} ${ten.slice(5)}`, inDevanagari(ten), ten.slice(-6)]],
    [
      'plate',
      [
        spaced,
        spaced.replaceAll(' ', '-'),
        bharat.replace(/(..)(..)(....)(..)/, '$1 $2 $3 $4'),
        plate.slice(-6),
      ],
    ],
    [
      'flat',
      [`${given} ${block} ${number}`, `${given} ${number}`, `${number} ${block}`, `${block}/${number}`],
    ],
  ]
  const [kind, terms] = kinds[n % kinds.length] ?? ['', []]
  return terms.map((term) => ({ kind, term, wantedId: wantedId(n) }))
}

const inDevanagari = (digits: string): string =>
  Array.from(digits, (digit) => String.fromCodePoint(0x0966 + Number(digit))).join('')

/** Of `size` people altogether. */
export function crowdedIndex(size: number): PeopleIndex {
  const index = createPeopleIndex(() => 'IN')
  wantedPeople.forEach(({ name }, n) => {
    index.putPerson({ visitorId: wantedId(n), name, phone: phoneOf(n), photoId: null })
    putVisit(index, wantedId(n), seenAt(n), plateOf(n), [flatOf(n)])
    // An older visit, with another car.
    putVisit(index, wantedId(n), seenAt(n) - 1, bharatPlateOf(n), [])
  })
  const givens = wantedPeople.flatMap(spellingsOf(0))
  const families = wantedPeople.flatMap(spellingsOf(1))
  for (let n = 0; n < size - wantedPeople.length; n++) {
    const visitorId = `crowd-${n}`
    const name =
      n % 2 === 0
        ? `${givens[n % givens.length] ?? ''} ${otherFamilies[(n * 7) % otherFamilies.length] ?? ''}`
        : `${otherGivens[(n * 11) % otherGivens.length] ?? ''} ${families[n % families.length] ?? ''}`
    index.putPerson({ visitorId, name, phone: `+91${9_700_000_000 + n * 97}`, photoId: null })
    putVisit(
      index,
      visitorId,
      seenAt(n),
      `MH${10 + (n % 40)}${letter(n + 1)}${letter(n * 7)}${fourDigits(n)}`,
      [`${letter(n)}-${101 + (n % 900)}`],
    )
  }
  return index
}

/** In its own script and in Latin letters. */
const spellingsOf =
  (word: 0 | 1) =>
  ({ name, queries }: (typeof wantedPeople)[number]): string[] =>
    [name, queries[0] ?? ''].flatMap((whole) => whole.split(' ')[word] ?? [])

/** Whoever is wanted was here neither first nor last. */
const seenAt = (n: number): number => 1_790_000_000_000 - ((n * 7_919) % 100_000) * 60_000

function putVisit(
  index: PeopleIndex,
  visitorId: string,
  entryAt: number,
  plate: string,
  flatLabels: readonly string[],
): void {
  const entryId = `${visitorId}-${entryAt}`
  index.putVisit({
    entryId,
    visitorId,
    entryAt,
    inside: false,
    vehicleNumber: plate,
    flatLabels,
    photoId: null,
  })
}

export function judge(index: PeopleIndex, queries: readonly RelevanceQuery[]): Judged[] {
  // The first searches run before the engine has compiled them.
  for (const { term } of queries.slice(0, 20)) index.find(term, at)
  return queries.map((query) => {
    const from = performance.now()
    const rows = index.find(query.term, at)
    const ms = performance.now() - from
    return { ...query, ms, found: rows.some((row) => row.visitorId === query.wantedId) }
  })
}

const words = (text: string): readonly string[] => text.trim().split(/\s+/)

const otherFamilies =
  words(`Sharma Verma Yadav Gupta Tiwari Joshi Singh Deshmukh Pandey Rao Nair Das Fernandes Kapoor
  Chopra Bhat Shetty Reddy Naidu Sinha Saxena Jain Mehta Shah Desai Kumar Khan Ali Ahmed Begum Thomas Mathew Kurian
  शर्मा वर्मा यादव गुप्ता পাল দাস ಗೌಡ ಶೆಟ್ಟಿ రెడ్డి రావు ராஜன் வேலு નાયક પટેલ ਗਿੱਲ ਕੌਰ ଦାସ ନାୟକ`)
const otherGivens =
  words(`Rakesh Mahesh Dinesh Mukesh Naresh Umesh Anita Kavya Meena Rekha Sushma Amit Rohit Mohit
  Vinod Pramod Asif Imran Salman Farhan Priya Riya Siya Diya Arjun Varun Tarun Kiran Pawan Bhuvan Nitin Jatin Sachin
  अमित रोहित আশিস தினேஷ் మహేష్ ಕಿರಣ್ ബിജു ମମତା`)
