/** Everything that follows the societies' changes, and how it runs in a server. */
import { followerTiming } from './followers/follower.ts'
import type { Follower } from './followers/follower.ts'
import { startFollowers } from './followers/start-followers.ts'
import type { Followers } from './followers/start-followers.ts'
import { deskActivityName, followDeskActivity } from './gate/devices/desk-activity.ts'
import { admissionReviewName, followAdmissions } from './gate/review/admission-review.ts'
import { followPersonLinks, personLinksName } from './gate/people/person-links.ts'
import type { Logger } from './ops/logging/create-logger.ts'
import { describeError } from './ops/logging/redaction.ts'
import type { Records } from './records/records.ts'
import type { Places } from './storage/places.ts'
import type { StorageReads } from './storage/storage.ts'

export const followerNames: readonly string[] = [deskActivityName, personLinksName, admissionReviewName]

const productFollowers = (records: Records): Follower[] => [
  followDeskActivity(records),
  followPersonLinks(records, Date.now),
  followAdmissions(records),
]

export function followSocieties(
  { storage, places, records }: { storage: StorageReads; places: Places; records: Records },
  logger: Logger,
): Followers {
  return startFollowers({
    storage,
    places,
    followers: productFollowers(records),
    timing: followerTiming,
    schedule(ms, work) {
      const timer = setTimeout(work, ms)
      return () => clearTimeout(timer)
    },
    random: Math.random,
    describe: describeForPeople,
    onFailure: ({ error, ...where }) =>
      logger.warn({ err: error, ...where }, 'a follower failed; it tries again'),
    onLookFailed: (error) => logger.warn({ err: error }, 'the places of the followers could not be read'),
  })
}

/** As in the log: masked, as a database repeats in its errors what it refuses. */
function describeForPeople(error: unknown): string {
  if (!(error instanceof Error)) return 'not an error'
  const { type, message } = describeError(error)
  return `${String(type)}: ${String(message)}`
}
