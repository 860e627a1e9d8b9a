/** The stages from a new kiosk to one where guards can sign in offline, each resumed where a power cut left it. */
import pLimit from 'p-limit'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError, ErrorCode } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import type { KioskPlatform } from '../../platform/platform.ts'
import type { KioskStage } from '../kiosk-data.ts'
import type { LiveSource } from '../desk/live.ts'
import type { Desk } from '../desk/open-desk.ts'
import { retryWaitMs } from '../replication/retry-wait.ts'
import {
  markReady,
  openRequest,
  readEnrolment,
  requestEnrolment,
  requestEnrolmentAgain,
} from './enrolment.ts'
import type { EnrolmentParts } from './enrolment.ts'

export interface EnrolKioskParts {
  readonly desk: Pick<Desk, 'report' | 'store' | 'keys' | 'site'>
  readonly stage: LiveSource<KioskStage>
  readonly platform: KioskPlatform
  readonly request: EnrolmentParts['request']
  readonly newId: () => string
  /** Starts the background replication, once; resolves when guards can sign in offline. */
  readonly firstReplication: (onProgress: (done: number, total: number) => void) => Promise<void>
  readonly startReplication: () => void
  /** The server takes this desk again. */
  readonly onEnrolledAgain: () => void
  readonly onDeviceId: (deviceId: string) => void
  readonly wait?: (ms: number) => Promise<void>
  /** 0..1, for the jitter of the retries. */
  readonly random?: () => number
}

export interface EnrolKiosk {
  enrol(serverUrl: string, code: string): Promise<Result<null, ChowkiError>>
  /** A desk that is enrolled, and that its server takes no more. What waits on it goes out afterwards. */
  enrolAgain(code: string): Promise<Result<null, ChowkiError>>
  /** At the start of the page. Does not wait for the network. */
  resume(): Promise<void>
  stop(): void
}

interface EnrolmentAttempt {
  readonly serverUrl: string
  readonly code: string
}

/** Not the code's fault: asked again, without a person. Every other answer is a person's to read. */
const passing: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'network_unreachable',
  'server_unavailable',
  'internal',
  'too_many_attempts',
])
/** Shown until the first replication knows how much there is. */
const totalUnknown = 8

export function createEnrolKiosk(parts: EnrolKioskParts): EnrolKiosk {
  const { wait = sleep, random = Math.random } = parts
  let stopped = false
  let byHand = 0
  const inTurn = pLimit(1)
  const mayAsk = (): boolean => !stopped && byHand === 0
  const enrolByItself = async (attempts: readonly EnrolmentAttempt[]): Promise<void> => {
    for (const { serverUrl, code } of attempts) {
      for (let failures = 1; mayAsk(); failures += 1) {
        const enrolled = await inTurn(() => enrolOnce(parts, serverUrl, code))
        if (enrolled.ok) return
        if (!passing.has(enrolled.error.code)) break
        await wait((enrolled.error.retryAfterMs ?? 0) + retryWaitMs(failures, random()))
      }
    }
  }
  return {
    enrol(serverUrl, code) {
      byHand += 1
      return inTurn(() => enrolOnce(parts, serverUrl, code))
    },
    enrolAgain: (code) =>
      inTurn(async () => {
        const societyId = parts.desk.site.current()?.societyId ?? null
        const taken = await requestEnrolmentAgain(enrolmentParts(parts), code, societyId).catch(
          storageFailed(parts),
        )
        if (taken.ok) parts.onEnrolledAgain()
        return taken
      }),
    async resume() {
      const known = await readEnrolment(parts.desk.store)
      if (known.state === 'ready') {
        parts.onDeviceId(known.deviceId)
        // A desk that is opened anew behind its guard leaves him where he is.
        if (parts.stage.current().stage !== 'signedIn') parts.stage.set({ stage: 'signedOut' })
        return parts.startReplication()
      }
      if (known.state === 'accepted') {
        parts.onDeviceId(known.deviceId)
        return void finish(parts).catch((error: unknown) => parts.desk.report('enrolment.resume', error))
      }
      parts.stage.set({ stage: 'unenrolled', refusal: null })
      void enrolByItself(await openAttempts(parts))
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

const storageFailed = (parts: EnrolKioskParts) => (error: unknown) => {
  parts.desk.report('storage.enrol', error)
  return err(chowkiError('device_storage_failed'))
}

async function enrolOnce(
  parts: EnrolKioskParts,
  serverUrl: string,
  code: string,
): Promise<Result<null, ChowkiError>> {
  const { stage } = parts.stage.current()
  if (stage !== 'unenrolled' && stage !== 'enrolling')
    return err(chowkiError('invalid_request', { message: 'This kiosk is enrolled already.' }))
  const accepted = await requestEnrolment(enrolmentParts(parts), serverUrl, code).catch(storageFailed(parts))
  if (!accepted.ok) {
    parts.stage.set({ stage: 'unenrolled', refusal: accepted.error })
    return accepted
  }
  parts.onDeviceId(accepted.value.deviceId)
  await finish(parts).catch((error: unknown) => {
    parts.desk.report('enrolment.finish', error)
    throw error
  })
  return ok(null)
}

/** The request that was left open, then the code that this start brought: the first may have been refused since. */
async function openAttempts(parts: EnrolKioskParts): Promise<readonly EnrolmentAttempt[]> {
  const open = await openRequest(enrolmentParts(parts))
  const launched = await launchRequest(parts.platform)
  return [open, launched?.code === open?.code ? null : launched].filter((one) => one !== null)
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** What the host was started with: `npm start` enrols the kiosk that it opens. */
async function launchRequest(platform: KioskPlatform): Promise<EnrolmentAttempt | null> {
  // Without it the code is typed by hand.
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
