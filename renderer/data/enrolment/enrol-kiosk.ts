/** The stages from a new kiosk to one where guards can sign in offline, each resumed where a power cut left it. */
import pLimit from 'p-limit'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import type { KioskPlatform } from '../../platform/platform.ts'
import type { KioskStage } from '../kiosk-data.ts'
import type { LiveSource } from '../desk/live.ts'
import type { Desk } from '../desk/open-desk.ts'
import { markReady, openRequest, readEnrolment, requestEnrolment } from './enrolment.ts'
import type { EnrolmentParts } from './enrolment.ts'

export interface EnrolKioskParts {
  readonly desk: Desk
  readonly stage: LiveSource<KioskStage>
  readonly platform: KioskPlatform
  readonly request: EnrolmentParts['request']
  readonly newId: () => string
  /** Starts the background replication, once; resolves when guards can sign in offline. */
  readonly firstReplication: (onProgress: (done: number, total: number) => void) => Promise<void>
  readonly startReplication: () => void
  readonly onDeviceId: (deviceId: string) => void
}

export interface EnrolKiosk {
  enrol(serverUrl: string, code: string): Promise<Result<null, ChowkiError>>
  /** At the start of the page. Does not wait for the network. */
  resume(): Promise<void>
  stop(): void
}

const retryEveryMs = 3_000
/** Shown until the first replication knows how much there is. */
const totalUnknown = 8

export function createEnrolKiosk(parts: EnrolKioskParts): EnrolKiosk {
  let stopped = false
  let byHand = 0
  const inTurn = pLimit(1)
  const enrolByItself = async (serverUrl: string, code: string): Promise<void> => {
    while (!stopped && byHand === 0) {
      const enrolled = await inTurn(() => enrolOnce(parts, serverUrl, code))
      // Only a server that is not there yet is asked again; every other answer is a person's to read.
      if (enrolled.ok || enrolled.error.code !== 'network_unreachable') return
      await new Promise((resolve) => setTimeout(resolve, retryEveryMs))
    }
  }
  return {
    enrol(serverUrl, code) {
      byHand += 1
      return inTurn(() => {
        if (parts.stage.current().stage === 'unenrolled') parts.stage.set(enrolling(0, totalUnknown))
        return enrolOnce(parts, serverUrl, code)
      })
    },
    async resume() {
      const known = await readEnrolment(parts.desk.store)
      if (known.state === 'ready') {
        parts.onDeviceId(known.deviceId)
        parts.stage.set({ stage: 'signedOut' })
        return parts.startReplication()
      }
      if (known.state === 'accepted') {
        parts.onDeviceId(known.deviceId)
        return void finish(parts).catch(() => undefined)
      }
      parts.stage.set({ stage: 'unenrolled' })
      const open = (await openRequest(enrolmentParts(parts))) ?? (await launchRequest(parts.platform))
      if (open !== null) void enrolByItself(open.serverUrl, open.code)
    },
    stop() {
      stopped = true
    },
  }
}

const enrolling = (done: number, total: number): KioskStage => ({ stage: 'enrolling', done, total })

const enrolmentParts = (parts: EnrolKioskParts): EnrolmentParts => ({
  desk: parts.desk.store,
  key: parts.desk.keys.desk,
  platform: parts.platform,
  request: parts.request,
  newId: parts.newId,
})

async function enrolOnce(
  parts: EnrolKioskParts,
  serverUrl: string,
  code: string,
): Promise<Result<null, ChowkiError>> {
  const { stage } = parts.stage.current()
  if (stage !== 'unenrolled' && stage !== 'enrolling')
    return err(chowkiError('invalid_request', { message: 'This kiosk is enrolled already.' }))
  const accepted = await requestEnrolment(enrolmentParts(parts), serverUrl, code).catch(() =>
    err(chowkiError('device_storage_failed')),
  )
  if (!accepted.ok) {
    parts.stage.set({ stage: 'unenrolled' })
    return accepted
  }
  parts.onDeviceId(accepted.value.deviceId)
  await finish(parts)
  return ok(null)
}

/** What the host was started with: `npm start` enrols the kiosk that it opens. */
async function launchRequest(platform: KioskPlatform): Promise<{ serverUrl: string; code: string } | null> {
  const launch = await platform.launch().catch(() => null)
  if (launch?.enrolmentCode == null || launch.serverUrl === null) return null
  return { serverUrl: launch.serverUrl, code: launch.enrolmentCode }
}

async function finish({ desk, stage, firstReplication }: EnrolKioskParts): Promise<void> {
  stage.set(enrolling(0, totalUnknown))
  await firstReplication((done, total) => stage.set(enrolling(done, total)))
  await markReady(desk.store)
  stage.set({ stage: 'signedOut' })
}
