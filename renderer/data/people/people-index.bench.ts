/** `node renderer/data/people/people-index.bench.ts`: the time of a search among 100,000 people. */
import { createPeopleIndex } from './people-index.ts'

const first = [
  'Ravi',
  'Sunita',
  'Deepak',
  'मीना',
  'Lakshmi',
  'Imran',
  'Gurpreet',
  'முருகன்',
  'Anita',
  'Joseph',
]
const last = ['Kumar', 'Sharma', 'Rao', 'देवी', 'Nair', 'Shaikh', 'Singh', 'ராஜன்', 'Das', 'Fernandes']
const total = 100_000
const index = createPeopleIndex()
const filling = performance.now()
for (let n = 0; n < total; n += 1) {
  const name = `${first[n % 10] ?? ''} ${last[Math.floor(n / 10) % 10] ?? ''} ${(n % 997).toString(36)}`
  const visitorId = n.toString(16).padStart(24, '0')
  index.putPerson({ visitorId, name, phone: `+9198${String(10_000_000 + n * 7)}`, photoId: null })
  index.putVisit({
    entryId: `e${n}`,
    visitorId,
    entryAt: 1_790_000_000_000 - n * 60_000,
    inside: n % 400 === 0,
    vehicleNumber: n % 3 === 0 ? `KA05JX${1000 + (n % 9000)}` : null,
    flatLabels: [`A-${100 + (n % 400)}`],
    photoId: null,
  })
}
const report = [`fill ${total}: ${(performance.now() - filling).toFixed(0)} ms`]
for (const term of ['r', 'ravi', 'ravi kumar', 'मीना', '4417', '9810070', 'a350', 'zzz', '']) {
  const times = Array.from({ length: 20 }, () => {
    const from = performance.now()
    index.find(term, 20)
    return performance.now() - from
  }).sort((a, b) => a - b)
  report.push(`find "${term}": median ${times[10]?.toFixed(1)} ms, worst ${times[19]?.toFixed(1)} ms`)
}
process.stdout.write(`${report.join('\n')}\n`)
