import { photosCollection } from '@chowki/shared/collections/photos.ts'
import { visitorEntriesCollection } from '@chowki/shared/collections/visitor-entries.ts'
import { formatEnrolmentCode } from '@chowki/shared/domain/enrolment-code.ts'
import { maskPhone } from '@chowki/shared/domain/phone.ts'
import type { ServerConfig } from '../config.ts'
import { createDemoPlan } from '../demo/demo-plan.ts'
import { demoSeed } from '../demo/fill-demo.ts'
import { demoGuards as guardsOfDemo } from '../demo/people.ts'
import { readLag } from '../followers/lag.ts'
import { followerNames } from '../product-followers.ts'
import { createDeviceRegister } from '../auth/device-register.ts'
import type { Device } from '../gate/devices/device-repository.ts'
import { issueEnrolmentCode } from '../gate/enrolment/issue-code.ts'
import { listPersonLinks, undoPersonLink } from '../gate/people/person-links.ts'
import type { ServerKeys } from '../ops/keys/key-files.ts'
import type { QuarantineSummary } from '../gate/quarantine/quarantine-repository.ts'
import type { SocietyRow } from '../gate/site/site-repository.ts'
import type { ServerData } from '../open-data.ts'
import type { Caller } from '../records/caller.ts'
import { verifyAudit } from '../records/verify-audit.ts'
import { CliProblem } from './cli-problem.ts'
import { reviewLines } from './review-lines.ts'

export interface CliOptions {
  readonly gate?: string
  readonly society?: string
  readonly name?: string
  readonly limit?: string
  readonly records?: boolean
  readonly rest: readonly string[]
}

export interface CliParts extends ServerData {
  readonly keys: ServerKeys
  readonly config: ServerConfig
  readonly now: () => number
}

const commandLine: Caller = { kind: 'commandLine', id: 'command-line' }

/** Lines for stdout. */
type Command = (options: CliOptions, parts: CliParts) => Promise<string[]>

export const usage = `Usage: node sync-server/cli/main.ts <command>
  enrolment-code --gate "Main Gate" [--society <name or id>] [--name <device name>]
                     a one-time code for a kiosk, good for 15 minutes
  devices            [--society <name or id>]  the kiosks, one on a line: id, status, last active, newest record,
                     its clock minus the server's in seconds, place, name
  revoke <deviceId>  [--society <name or id>]  stops a kiosk; a running server obeys within 5 seconds
  quarantine         [--society <name or id>] [--limit 50]  refused rows, newest first
  refused <id>       [--society <name or id>]  what a refused record held, with each try; the look is audited
  links              [--society <name or id>] [--limit 50]  records of visitors that count as one person, newest first:
                     record, the older one, Active or Undone, since when, name, phone but its end; the look is audited
  undo-link <record> [--society <name or id>]  they are two people: nothing links this record again
  review             [--society <name or id>] [--limit 50]  visits that need a look, newest first: entry, reasons, visit,
                     Inside, Left or Cancelled, gate, name, phone but its end, the override's reason; the look is audited
  verify             counts of every collection, and photos that visits name but the server lacks
  followers          [--society <name or id>]  how far each follower is: society, name, place, head, changes between,
                     seconds behind, failures in a row, the last error
  audit verify       [--society <name or id>] [--records]  finds entries of the audit that were changed, removed or
                     moved; with --records also records that are not as their last entry says
  demo-guards        who can sign in at the demonstration society, with PINs
MongoDB and keys are found as by the server: MONGODB_URL, MONGODB_DATABASE, CHOWKI_DATA.`

export const commands: Readonly<Record<string, Command>> = {
  'enrolment-code': enrolmentCode,
  devices: listDevices,
  revoke,
  quarantine: listQuarantine,
  refused,
  links,
  'undo-link': undoLink,
  review,
  verify,
  followers,
  audit,
  'demo-guards': demoGuards,
}

async function enrolmentCode(options: CliOptions, parts: CliParts): Promise<string[]> {
  const society = await findSociety(options.society, parts)
  const gates = await parts.sites.gates(society.societyId)
  const gate = gates.find(({ gateId, name }) => isMeant(options.gate, gateId, name))
  if (!gate) {
    const known = gates.map(({ name }) => `"${name}"`).join(', ')
    throw new CliProblem(`Name a gate of ${society.name} with --gate: ${known || 'it has none yet'}.`)
  }
  const deviceName = options.name ?? `Desk at ${gate.name}`
  const request = { societyId: society.societyId, gateId: gate.gateId, deviceName }
  const issued = await issueEnrolmentCode(request, commandLine, { ...parts, adminKey: parts.keys.adminKey })
  if (!issued.ok) throw new CliProblem(`${issued.error.message} ${issued.error.remedy}`)
  return [formatEnrolmentCode(issued.value.code)]
}

async function findSociety(wanted: string | undefined, { sites }: CliParts): Promise<SocietyRow> {
  const societies = await sites.societies()
  const [only, ...others] =
    wanted === undefined
      ? societies
      : societies.filter(({ societyId, name }) => isMeant(wanted, societyId, name))
  if (only && others.length === 0) return only
  const known = societies.map(({ name }) => `"${name}"`).join(', ')
  throw new CliProblem(
    societies.length === 0
      ? 'There is no society yet. Start the server once with CHOWKI_DEMO=1, or restore a backup.'
      : `Name one society with --society: ${known}.`,
  )
}

const isMeant = (wanted: string | undefined, id: string, name: string): boolean =>
  wanted === id || wanted?.toLowerCase() === name.toLowerCase()

/** The named one, or all, including those without a name. */
const askedSocieties = async ({ society }: CliOptions, parts: CliParts): Promise<readonly string[]> =>
  society === undefined ? parts.sites.societyIds() : [(await findSociety(society, parts)).societyId]

async function listDevices(options: CliOptions, parts: CliParts): Promise<string[]> {
  const devices: Device[] = []
  for (const societyId of await askedSocieties(options, parts)) {
    devices.push(...(await parts.devices.list(societyId)))
  }
  return devices.map((device) =>
    [
      device.deviceId,
      device.status,
      toTime(device.lastActive),
      toTime(device.lastRecordAt ?? 0),
      device.clockDriftMs === undefined ? '-' : Math.round(device.clockDriftMs / 1_000),
      device.location,
      device.deviceName,
    ].join('\t'),
  )
}

async function revoke(options: CliOptions, parts: CliParts): Promise<string[]> {
  const [deviceId = ''] = options.rest
  if (!/^[0-9a-f]{24}$/.test(deviceId))
    throw new CliProblem('Give the device’s id: 24 hex digits, see `devices`.')
  const register = createDeviceRegister(parts.devices, parts.now)
  const { societyId } = await findSociety(options.society, parts)
  const result = await register.revoke({ societyId, deviceId }, commandLine)
  if (!result.ok) throw new CliProblem(`${result.error.message} See \`devices\`.`)
  return [`${deviceId}\tInactive`]
}

function limitOf(options: CliOptions): number {
  const limit = Number(options.limit ?? 50)
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000)
    throw new CliProblem('Give --limit from 1 to 10000.')
  return limit
}

async function listQuarantine(options: CliOptions, parts: CliParts): Promise<string[]> {
  const limit = limitOf(options)
  const rows: QuarantineSummary[] = []
  for (const societyId of await askedSocieties(options, parts)) {
    rows.push(...(await parts.quarantine.list(societyId, limit)))
  }
  const newest = rows.toSorted((left, right) => right.at - left.at).slice(0, limit)
  return newest.map(toLine)
}

const toLine = (row: QuarantineSummary): string =>
  [toTime(row.at), row.collection, row.documentId, row.errorCode, row.field ?? '-', row.deviceId].join('\t')

const triesShown = 20
const notOpened =
  'It does not open: the key that sealed it is missing. Add that key to CHOWKI_PHOTO_KEY or to the key file, from a backup.'

async function refused(options: CliOptions, parts: CliParts): Promise<string[]> {
  const [documentId = ''] = options.rest
  if (!/^[^\p{Cc}\p{Cs}]{1,64}$/u.test(documentId))
    throw new CliProblem('Give the record’s id, see `quarantine`.')
  const { societyId, name } = await findSociety(options.society, parts)
  const rows = await parts.quarantine.read(societyId, documentId, triesShown)
  if (rows.length === 0) throw new CliProblem(`${name} has no refused record of this id. See \`quarantine\`.`)
  // Before the answer: a view that cannot be audited does not happen.
  for (const collection of new Set(rows.map((row) => row.collection))) {
    await parts.records.view(commandLine, societyId, {
      action: 'quarantine.viewed',
      collection,
      id: documentId,
    })
  }
  return rows.flatMap((row) => [toLine(row), row.json ?? notOpened])
}

async function links(options: CliOptions, parts: CliParts): Promise<string[]> {
  const { records } = parts
  const limit = limitOf(options)
  const lines: string[] = []
  for (const societyId of await askedSocieties(options, parts)) {
    const found = await listPersonLinks(records, societyId, limit)
    const ids = found.map(({ visitorId }) => visitorId)
    const visitors = await records.find(societyId, 'visitors', { _id: ids })
    for (const { visitorId, sameAs, state, createdAt } of found) {
      // Before the answer: a view that cannot be audited does not happen.
      const view = { action: 'personLinks.viewed', collection: 'personLinks', id: visitorId } as const
      await records.view(commandLine, societyId, view)
      const visitor = visitors.find(({ _id }) => _id === visitorId)
      const who = [visitor?.name ?? '-', maskPhone(visitor?.phone ?? '')]
      lines.push([visitorId, sameAs, state, toTime(createdAt), ...who].join('\t'))
    }
  }
  return lines
}

async function undoLink(options: CliOptions, parts: CliParts): Promise<string[]> {
  const [visitorId = ''] = options.rest
  if (!/^[0-9a-f]{24}$/.test(visitorId))
    throw new CliProblem('Give the linked record’s id: 24 hex digits, see `links`.')
  const { societyId } = await findSociety(options.society, parts)
  const isKnown = await undoPersonLink(parts.records, commandLine, societyId, visitorId, parts.now())
  if (!isKnown) throw new CliProblem('There is no such link. See `links`.')
  return [`${visitorId}\tUndone`]
}

async function review(options: CliOptions, parts: CliParts): Promise<string[]> {
  const lines: string[] = []
  for (const societyId of await askedSocieties(options, parts))
    lines.push(...(await reviewLines(parts, commandLine, societyId, limitOf(options))))
  return lines
}

const photosOfVisits = {
  from: visitorEntriesCollection,
  fields: ['entryPhoto', 'exitPhoto'],
  to: photosCollection.name,
}

async function verify(_options: CliOptions, parts: CliParts): Promise<string[]> {
  const [counts, photosMissing] = await Promise.all([parts.counts(), parts.countMissing(photosOfVisits)])
  return [
    ...counts.map(({ collection, live, deleted }) => `${collection}\t${live}\t${deleted} deleted`),
    `photos named by visits but not here\t${photosMissing}`,
  ]
}

async function followers(options: CliOptions, parts: CliParts): Promise<string[]> {
  const asked = await askedSocieties(options, parts)
  const lags = await readLag(parts.places, followerNames)
  return lags
    .filter(({ partition }) => asked.includes(partition))
    .map(({ partition, follower, place, head, changes, behindMs, failures, lastError }) =>
      [
        partition,
        follower,
        place,
        head,
        changes,
        Math.round(behindMs / 1_000),
        failures,
        lastError ?? '-',
      ].join('\t'),
    )
}

async function audit(options: CliOptions, parts: CliParts): Promise<string[]> {
  if (options.rest.join(' ') !== 'verify') throw new CliProblem('Say what: `audit verify`.')
  const lines: string[] = []
  const problems: string[] = []
  for (const societyId of await askedSocieties(options, parts)) {
    const report = await verifyAudit(parts.storage, societyId, { withRecords: options.records === true })
    problems.push(...report.problems.map((problem) => `${societyId}\t${problem}`))
    lines.push([societyId, `${report.entries} entries`, report.end.position, report.end.hash].join('\t'))
  }
  if (problems.length > 0) throw new CliProblem(problems.join('\n'))
  return lines
}

/** From the seed, not from a file: the PINs are the same for everyone who tries the demonstration. */
async function demoGuards(_options: CliOptions, { now }: CliParts): Promise<string[]> {
  return guardsOfDemo(createDemoPlan(demoSeed, now())).map(
    ({ pin, role, name }) => `${pin}\t${role}\t${name}`,
  )
}

const toTime = (epochMs: number): string => (epochMs === 0 ? '-' : new Date(epochMs).toISOString())
