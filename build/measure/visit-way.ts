/**
 * One visit through the whole loop: `visit-way.ts ROOT`, where ROOT is a checkout. The kiosk's data runs in this
 * process on a simulated disk, the server in its own on a real MongoDB. Prints, as JSON, which source files ran
 * anything for the visit between the tap and the row in MongoDB, and how often a schema was checked on each side. The
 * visitor is known to the desk and a photo is taken, as with most visits.
 *
 * What runs anyway is not on the visit's way: functions that ran in an idle window just before, in which the desk asked
 * the server for nothing. Nor is what the server does with a commit once it is made, beside the answer: followers and
 * their places, and nudges. The photo goes a way of its own, so its requests wait until the row is there.
 */
import 'fake-indexeddb/auto'
import { existsSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { MongoClient } from 'mongodb'
import { takeCalls } from './coverage-hook.ts'
import type { Calls } from './coverage-hook.ts'

export interface VisitWay {
  readonly kioskFiles: readonly string[]
  readonly serverFiles: readonly string[]
  /** Calls of `checkAgainst`, through which every check of a document goes. */
  readonly kioskChecks: number
  readonly serverChecks: number
}

/** What is used of the measured tree; it may be an older one, so its types are not imported. */
interface KioskData {
  readonly stage: { current(): { readonly stage: string } }
  readonly guards: { current(): readonly { readonly userId: string; readonly name: string }[] }
  readonly sync: {
    current(): {
      readonly online: boolean
      readonly unsyncedRecords: number
      readonly unsyncedPhotos: number
    }
  }
  enrol(origin: string, code: string): Promise<unknown>
  signIn(userId: string, pin: string): Promise<unknown>
  findFlats(term: string, limit: number): Promise<readonly { readonly flatId: string }[]>
  findPeople(
    term: string,
    limit: number,
  ): Promise<
    readonly {
      readonly visitorId: string
      readonly name: string
      readonly phone: string
      readonly insideEntryId: string | null
    }[]
  >
  letIn(visit: object): Promise<{ readonly ok: boolean; readonly value: { readonly entryId: string } }>
  close(): Promise<void>
}
interface Server {
  readonly origin: string
  readonly guards: readonly { readonly name: string; readonly pin: string }[]
  enrolmentCode(gate: string): Promise<string>
  close(): Promise<void>
}
interface Parts {
  readonly server: { startServerProcess(environment: Readonly<Record<string, string>>): Promise<Server> }
  readonly platform: {
    createFakeHost(): object
    createFakePlatform(host: object, api: (path: string, init: RequestInit) => Promise<Response>): object
  }
  readonly data: { openKioskData(options: object): KioskData }
  readonly samples: { newVisit(given: object): object; jpeg(text: string, bytes: number): Blob }
}

const [, , root = ''] = process.argv
const folder = process.env['COVERAGE_FOLDER'] ?? ''
/** Everything that was to be sent has been, and the people index is full. So long is the idle window too. */
const quietMs = 3_000
const idleWindowsMax = 20
const afterCommit = /^sync-server\/(.*\/)?(followers\/|product-followers|desk-activity|mongo-places|nudges)/

async function measure(): Promise<VisitWay> {
  const { server: servers, platform, data: kiosks, samples } = await loadParts()
  const mongo = await MongoClient.connect(process.env['MONGODB_TEST_URL'] ?? '')
  const server = await servers.startServerProcess({ NODE_OPTIONS: process.env['NODE_OPTIONS'] ?? '' })
  let requests = 0
  const rowIsThere = Promise.withResolvers<void>()
  const ask = async (path: string, init: RequestInit): Promise<Response> => {
    requests += 1
    if (path.startsWith('/api/photos')) await rowIsThere.promise
    return fetch(`${server.origin}${path}`, init)
  }
  const data = kiosks.openKioskData({
    platform: platform.createFakePlatform(platform.createFakeHost(), ask),
    databaseName: 'visit-way',
  })
  try {
    await signIn(data, server)
    const known = (await data.findPeople('', 20)).find(({ insideEntryId }) => insideEntryId === null)
    const [flat] = await data.findFlats('', 1)
    if (known === undefined || flat === undefined) throw new Error('The demonstration society is empty')
    const { visitorId, name, phone } = known
    const photo = samples.jpeg('visit way', 30_000)
    const visit = samples.newVisit({ visitorId, name, phone, flatIds: [flat.flatId], photo })
    await until(() => isAllSent(data), 'all is sent')
    const idle = await takeIdle(() => requests)
    const { ok, value } = await data.letIn(visit)
    if (!ok) throw new Error('The visit was refused')
    await until(() => isStored(mongo, value.entryId), 'the row is in MongoDB')
    const kiosk = without(await takeCalls(), idle.kiosk)
    const onServer = without(await takeServerCalls(), idle.server)
    return {
      kioskFiles: ourFiles(kiosk),
      serverFiles: ourFiles(onServer),
      kioskChecks: checks(kiosk),
      serverChecks: checks(onServer),
    }
  } finally {
    rowIsThere.resolve()
    await data.close()
    await mongo.close()
    await server.close()
  }
}

async function loadParts(): Promise<Parts> {
  const load = async <Part>(...places: readonly string[]): Promise<Part> => {
    const found = places.map((place) => join(root, 'renderer', place)).find(existsSync)
    if (found === undefined) throw new Error(`${root} has none of ${places.join(', ')}`)
    return (await import(pathToFileURL(found).href)) as Part
  }
  return {
    server: await load('testing/desk/server-process.ts', 'data/test-desk/server-process.ts'),
    samples: await load('testing/desk/sample-documents.ts', 'data/test-desk/sample-documents.ts'),
    platform: await load('testing/fake-platform.ts', 'platform/fake-platform.ts'),
    data: await load('data/open-kiosk-data.ts'),
  }
}

async function signIn(data: KioskData, server: Server): Promise<void> {
  await until(() => data.stage.current().stage === 'unenrolled', 'a desk to enrol')
  await data.enrol(server.origin, await server.enrolmentCode('Main Gate'))
  await until(() => data.stage.current().stage === 'signedOut', 'the desk is enrolled')
  const [guard] = data.guards.current()
  const pin = server.guards.find(({ name }) => name === guard?.name)?.pin ?? ''
  await data.signIn(guard?.userId ?? '', pin)
}

const isAllSent = (data: KioskData): boolean => {
  const { online, unsyncedRecords, unsyncedPhotos } = data.sync.current()
  return online && unsyncedRecords === 0 && unsyncedPhotos === 0
}

/** Asked of MongoDB itself: a pull would run code of ours on the server. */
async function isStored(mongo: MongoClient, entryId: string): Promise<boolean> {
  const { databases } = await mongo.db().admin().listDatabases({ nameOnly: true })
  for (const { name } of databases.filter((database) => database.name.startsWith('chowki_test_'))) {
    const database = mongo.db(name)
    for (const { name: collection } of await database.listCollections({}, { nameOnly: true }).toArray()) {
      if (!collection.startsWith('visitorEntries')) continue
      const rows = database.collection<{ _id: unknown }>(collection)
      const found = await rows.findOne({ $expr: { $eq: [{ $toString: '$_id' }, entryId] } })
      if (found !== null) return true
    }
  }
  return false
}

interface Idle {
  readonly kiosk: readonly Calls[]
  readonly server: readonly Calls[]
}

async function takeIdle(requests: () => number): Promise<Idle> {
  for (let window = 0; window < idleWindowsMax; window += 1) {
    await sleep(quietMs)
    await takeCalls()
    await takeServerCalls()
    const before = requests()
    await sleep(quietMs)
    const idle = { kiosk: await takeCalls(), server: await takeServerCalls() }
    if (requests() === before) return idle
  }
  throw new Error('The desk is never idle')
}

/** Functions that ran in the window only. */
function without(calls: readonly Calls[], idle: readonly Calls[]): Calls[] {
  const idleByUrl = new Map(idle.map(({ url, byFunction }) => [url, byFunction]))
  return calls.flatMap(({ url, byFunction }) => {
    const anyway = idleByUrl.get(url) ?? {}
    const own = Object.entries(byFunction).filter(([name]) => !Object.hasOwn(anyway, name))
    return own.length > 0 ? [{ url, byFunction: Object.fromEntries(own) }] : []
  })
}

let taken = 0
async function takeServerCalls(): Promise<Calls[]> {
  taken += 1
  process.kill(Number(readFileSync(join(folder, 'server.pid'), 'utf8')), 'SIGUSR2')
  const answer = join(folder, `calls-${taken}.json`)
  await until(() => existsSync(answer), 'the server has counted')
  return JSON.parse(readFileSync(answer, 'utf8')) as Calls[]
}

/** What ships: no libraries, no tools of tests, nothing of the replication client's inside. */
function ourFiles(calls: readonly Calls[]): string[] {
  const files = calls
    .filter(({ url }) => url.startsWith('file:'))
    .map(({ url }) => relative(root, fileURLToPath(url)))
  const isOurs = (file: string): boolean =>
    /^(renderer|shared|sync-server)\//.test(file) &&
    !afterCommit.test(file) &&
    !/node_modules|testing|test-desk|fake-|\.test\.|sync\/client\//.test(file)
  return [...new Set(files.filter(isOurs))].sort()
}

const checks = (calls: readonly Calls[]): number =>
  calls
    .filter(({ url }) => url.endsWith('shared/projections/validate.ts'))
    .reduce((sum, { byFunction }) => sum + (byFunction['checkAgainst'] ?? 0), 0)

async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + 120_000
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`Waited in vain until ${what}`)
    await sleep(10)
  }
}

process.stdout.write(`${JSON.stringify(await measure())}\n`)
process.exit(0)
