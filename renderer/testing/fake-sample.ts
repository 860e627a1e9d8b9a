/** People, flats and visits for screenshots and component tests: several scripts, twelve inside, two of them too long. */
import type { EntryType } from '@chowki/shared/collections/visitor-entries.ts'
import type { ApprovalMethod } from '@chowki/shared/collections/visitor-entries.ts'
import type { WatchlistRow } from '@chowki/shared/collections/watchlist.ts'
import type {
  FlatOption,
  Guard,
  PersonHit,
  QuarantineNotice,
  Site,
  SyncMark,
  Vehicle,
  Visit,
} from '../data/kiosk-data.ts'

export const sampleSite: Site = {
  societyName: 'Lotus Heights',
  gateName: 'Main Gate',
  timeZone: 'Asia/Kolkata',
  phoneRegion: 'IN',
  asksTemperature: false,
  asksMask: false,
  overstayMinutes: { Delivery: 30, Cab: 20, Service: 240 },
}

export const samplePin = '2580'

export const sampleGuards: readonly Guard[] = [
  { userId: id(1, 1), name: 'Suresh Yadav', isSupervisor: false, lockedUntil: null },
  { userId: id(1, 2), name: 'कमला देवी', isSupervisor: false, lockedUntil: null },
  { userId: id(1, 3), name: 'Gurpreet Singh', isSupervisor: false, lockedUntil: null },
  { userId: id(1, 4), name: 'செல்வம் முருகன்', isSupervisor: true, lockedUntil: null },
]

const residentNames = [
  'Ananya Iyer',
  'राजेश शर्मा',
  'Farhan Qureshi',
  'লীলা চট্টোপাধ্যায়',
  'Meera Nair',
  'సురేష్ రెడ్డి',
  'Joseph D’Souza',
  'हर्षिता पाटील',
  'Vikram Rathore',
  'ಕಾವ್ಯಾ ಗೌಡ',
  'Neha Kapoor',
  'கார்த்திக் ராஜன்',
  'Imran Shaikh',
  'જીગ્નેશ પટેલ',
  'Tara Menon',
  'ਹਰਪ੍ਰੀਤ ਕੌਰ',
]

export const sampleFlats: readonly FlatOption[] = ['A', 'B', 'C', 'D'].flatMap((tower, t) =>
  Array.from({ length: 24 }, (_, n) => {
    const floor = 1 + Math.floor(n / 4) * 2
    const resident = residentNames[(t * 24 + n) % residentNames.length] ?? ''
    return {
      flatId: id(2, t * 100 + n),
      label: `${tower}-${floor}0${1 + (n % 4)}`,
      residents: [
        { residentId: id(3, t * 100 + n), name: resident, phone: `+91980000${String(1000 + t * 100 + n)}` },
      ],
    }
  }),
)

interface SampleVisit {
  readonly name: string
  readonly type: EntryType
  readonly minutesAgo: number
  readonly flats: readonly number[]
  readonly purpose?: string
  readonly vehicle?: Vehicle
  readonly leftAfter?: number
  readonly method?: ApprovalMethod
}

const visits: readonly SampleVisit[] = [
  {
    name: 'Ravi Kumar',
    type: 'Delivery',
    minutesAgo: 3,
    flats: [14],
    purpose: 'Parcel',
    vehicle: { number: 'KA05JX4417', type: 'Bike' },
  },
  {
    name: 'सुनीता बाई',
    type: 'DailyHelp',
    minutesAgo: 12,
    flats: [3, 27, 51],
    purpose: 'Cooking',
    method: 'Standing',
  },
  {
    name: 'Deepak Rao',
    type: 'Guest',
    minutesAgo: 18,
    flats: [40],
    vehicle: { number: 'MH12QW9090', type: 'Car' },
  },
  {
    name: 'முத்துலட்சுமி',
    type: 'DailyHelp',
    minutesAgo: 25,
    flats: [7, 8],
    purpose: 'Cleaning',
    method: 'Standing',
  },
  {
    name: 'Mohammed Asif',
    type: 'Cab',
    minutesAgo: 34,
    flats: [61],
    vehicle: { number: 'KA01AB7321', type: 'Car' },
  },
  { name: 'ಮಂಜುನಾಥ್', type: 'Service', minutesAgo: 41, flats: [72], purpose: 'Plumber' },
  { name: 'Pooja Bhatt', type: 'Invited', minutesAgo: 55, flats: [33], method: 'Resident' },
  {
    name: 'Amit Chauhan',
    type: 'Delivery',
    minutesAgo: 58,
    flats: [19],
    purpose: 'Groceries',
    vehicle: { number: 'DL3SCN0087', type: 'Bike' },
  },
  { name: 'গোপাল দাস', type: 'Service', minutesAgo: 76, flats: [80], purpose: 'Electrician' },
  { name: 'Latha Krishnan', type: 'Guest', minutesAgo: 94, flats: [11], purpose: 'Family visit' },
  {
    name: 'ਬਲਜੀਤ ਸਿੰਘ',
    type: 'Other',
    minutesAgo: 118,
    flats: [45],
    vehicle: { number: 'PB10FT2210', type: 'Truck' },
    purpose: 'Shifting',
  },
  { name: 'રમેશ ઠક્કર', type: 'Guest', minutesAgo: 140, flats: [66, 67] },
  {
    name: 'Salim Ansari',
    type: 'Delivery',
    minutesAgo: 49,
    flats: [22],
    purpose: 'Food',
    leftAfter: 9,
    vehicle: { number: 'KA51HH1203', type: 'Bike' },
  },
  { name: 'Priya Deshmukh', type: 'Guest', minutesAgo: 160, flats: [5], leftAfter: 95 },
  { name: 'రమణ మూర్తి', type: 'Service', minutesAgo: 175, flats: [88], purpose: 'Carpenter', leftAfter: 60 },
  {
    name: 'Thomas Varghese',
    type: 'Invited',
    minutesAgo: 190,
    flats: [29],
    leftAfter: 120,
    method: 'Resident',
  },
  {
    name: 'Kiran Bedre',
    type: 'Cab',
    minutesAgo: 201,
    flats: [54],
    leftAfter: 6,
    vehicle: { number: 'KA03MK5560', type: 'Auto' },
  },
  {
    name: 'संगीता कांबळे',
    type: 'DailyHelp',
    minutesAgo: 230,
    flats: [12, 13],
    leftAfter: 70,
    method: 'Standing',
    purpose: 'Cleaning',
  },
  { name: 'Abdul Rahim', type: 'Delivery', minutesAgo: 260, flats: [90], leftAfter: 11, purpose: 'Parcel' },
  {
    name: 'Grace Fernandes',
    type: 'Unexpected',
    minutesAgo: 320,
    flats: [70],
    leftAfter: 35,
    method: 'Override',
  },
]

export interface SampleDesk {
  readonly people: PersonHit[]
  readonly visits: Visit[]
}

/** `mark` is what unsynced visits show: offline the newest five are only on the desk. */
export function sampleDesk(now: number, unsynced: number): SampleDesk {
  const people: PersonHit[] = []
  const made = visits.map((visit, n): Visit => {
    const person = personOf(visit, n, now)
    people.push(person)
    const entryAt = now - visit.minutesAgo * 60_000
    const minutes = sampleSite.overstayMinutes[visit.type]
    const mark: SyncMark = n < unsynced ? 'saved' : 'synced'
    return {
      entryId: id(5, n),
      visitorId: person.visitorId,
      name: visit.name,
      phone: person.phone,
      flats: person.lastFlats.map((flat) => flat.label),
      entryType: visit.type,
      purpose: visit.purpose ?? null,
      vehicle: visit.vehicle ?? null,
      entryAt,
      gateName: sampleSite.gateName,
      alsoOpen: [],
      exitAt: visit.leftAfter === undefined ? null : entryAt + visit.leftAfter * 60_000,
      writtenAt: null,
      entryPhotoId: person.photoId,
      approvalMethod: visit.method ?? 'PhoneCall',
      dueAt: minutes === undefined ? null : entryAt + minutes * 60_000,
      mark,
      photoMark: person.photoId === null ? null : mark,
    }
  })
  return { people, visits: made.sort((a, b) => b.entryAt - a.entryAt) }
}

function personOf(visit: SampleVisit, n: number, now: number): PersonHit {
  return {
    visitorId: id(4, n),
    name: visit.name,
    phone: `+9199000${String(10_000 + n * 317)}`,
    photoId: n % 5 === 4 ? null : id(6, n),
    lastFlats: visit.flats.flatMap((index) => sampleFlats[index] ?? []),
    lastEntryType: visit.type,
    lastPurpose: visit.purpose ?? null,
    lastVehicle: visit.vehicle ?? null,
    lastSeenAt: now - visit.minutesAgo * 60_000,
    insideEntryId: visit.leftAfter === undefined ? id(5, n) : null,
    barred: visit.name === 'Grace Fernandes' ? graceBarred : null,
  }
}

/** Of Grace Fernandes, of a plate and of a name. */
export const sampleWatchlist = (people: readonly PersonHit[], now: number): readonly WatchlistRow[] => {
  const envelope = { societyId: id(12, 0), createdAt: now, updatedAt: now, isActive: true }
  const grace = people.find((person) => person.barred !== null)
  return [
    ...(grace === undefined
      ? []
      : [{ ...envelope, _id: id(12, 1), phone: grace.phone, reason: graceBarred }]),
    { ...envelope, _id: id(12, 2), phone: barredPhone, reason: 'Took parcels of C-704, police know' },
    { ...envelope, _id: id(12, 3), vehicleNumber: barredPlate, reason: 'Hit the gate and drove off' },
    { ...envelope, _id: id(12, 4), name: barredName, reason: 'Sold false gas bills in tower A' },
  ]
}

export const barredPhone = '+919812300099'
export const barredPlate = 'KA01ZZ9999'
export const barredName = 'Nitin Salve'
const graceBarred = 'Asked not to come again by D-1103'

export const sampleQuarantine = (now: number): readonly QuarantineNotice[] => [
  {
    id: id(7, 1),
    collection: 'visitorEntries',
    documentId: id(5, 1),
    error: {
      code: 'invalid_document',
      field: 'vehicleDetails/number',
      message: 'A document does not fit its collection.',
      remedy: 'Correct the named field; the document is kept in quarantine until then.',
    },
    at: now - 7 * 60_000,
  },
]

export function id(kind: number, n: number): string {
  return `${String(kind)}f`.padEnd(4, '0') + n.toString(16).padStart(20, '0')
}

/** A soft portrait in the visitor's own colour, so that lists look as with photos. */
export function samplePortrait(photoId: string): Blob {
  const hue = (Number.parseInt(photoId.slice(-4), 16) * 67) % 360
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 90"><defs><linearGradient id="b" x2="0" y2="1">
<stop stop-color="hsl(${hue} 30% 78%)"/><stop offset="1" stop-color="hsl(${hue} 26% 60%)"/></linearGradient></defs>
<rect width="160" height="90" fill="url(#b)"/><path d="M38 90c2-24 18-32 42-32s40 8 42 32z" fill="hsl(${(hue + 150) % 360} 34% 40%)"/>
<circle cx="80" cy="38" r="20" fill="hsl(24 42% ${42 + (hue % 20)}%)"/><path d="M59 38c-3-24 44-25 42 0-6-8-30-10-42 0z" fill="hsl(24 20% 16%)"/></svg>`
  return new Blob([svg], { type: 'image/svg+xml' })
}
