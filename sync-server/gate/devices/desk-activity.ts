/**
 * A follower: when each desk's newest record came, and how far its clock was off then, kept in the desk's row for whoever
 * looks after the desks. How much a desk has yet to send is not known here: no desk reports it so far.
 */
import type { Change, Follower } from '../../followers/follower.ts'
import type { GuardDevice } from '@chowki/shared/collections/guard-devices.ts'
import type { Caller } from '../../records/caller.ts'
import type { Records } from '../../records/records.ts'

interface Activity {
  readonly lastRecordAt: number
  readonly clockDriftMs: number
}

export const deskActivityName = 'desk-activity'
/** Each write is in the audit: not one for every visit. */
export const deskWrittenEveryMs = 300_000
const caller: Caller = { kind: 'system', id: deskActivityName }

export function followDeskActivity(records: Records): Follower {
  return {
    name: deskActivityName,
    // Those whose records the server stamps as they arrive. `guardDevices` is not among them: it would follow itself.
    collections: ['visitorEntries', 'patrolLogs'],
    async follow(societyId, changes) {
      const activities = newestByDesk(changes)
      const ids = [...activities.keys()]
      // Looked at before the transaction: most batches have nothing to write, and a desk's push need not wait for them.
      const known = await records.find(societyId, 'guardDevices', { deviceId: ids })
      if (toWrites(known, activities).length === 0) return
      await records.write(caller, societyId, async (transaction) => {
        const desks = await transaction.read('guardDevices', ids)
        transaction.replace('guardDevices', ...toWrites([...desks.values()], activities))
      })
    },
  }
}

/** An edit keeps the time at which its record first came, whoever made it: so it is no sign of life of the desk. */
function newestByDesk(changes: readonly Change[]): Map<string, Activity> {
  const activities = new Map<string, Activity>()
  for (const { document } of changes) {
    const { deviceId, serverTime, timeDriftMs } = document
    if (typeof deviceId !== 'string' || typeof serverTime !== 'number' || typeof timeDriftMs !== 'number')
      continue
    if (serverTime <= (activities.get(deviceId)?.lastRecordAt ?? 0)) continue
    activities.set(deviceId, { lastRecordAt: serverTime, clockDriftMs: timeDriftMs })
  }
  return activities
}

/** A desk's id is its row's. Records of one that is not enrolled here, as in a demonstration, are nobody's. */
const toWrites = (desks: readonly GuardDevice[], activities: ReadonlyMap<string, Activity>): GuardDevice[] =>
  desks.flatMap((desk) => {
    const activity = activities.get(desk._id)
    const writtenAt = desk.lastRecordAt
    const isDue =
      activity !== undefined &&
      (writtenAt === undefined || activity.lastRecordAt >= writtenAt + deskWrittenEveryMs)
    if (!isDue) return []
    return [{ ...desk, ...activity, updatedAt: Math.max(desk.updatedAt, activity.lastRecordAt) }]
  })
