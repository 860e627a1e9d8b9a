/** A gate of the live workload: a replica joined to the server as a kiosk is, with its stream of nudges. */
import { createNudgeStream } from '../../../../sync-server/sync/client/nudge-stream.ts'
import type { EnrolledDevice } from '../../../../build/services/enrol-device.ts'
import { openReplica, replicateVisits, requestAs } from '../replica.ts'
import type { VisitReplica } from '../replica.ts'

export interface GatePlace {
  readonly origin: string
  readonly device: Pick<EnrolledDevice, 'token'>
}

/** Resolves when its stream is open and all is pulled. */
export async function openGate(
  { origin, device }: GatePlace,
  onStored: (ids: readonly string[]) => void,
): Promise<VisitReplica> {
  const replica = await openReplica()
  const request = requestAs({ origin }, device)
  const replication = replicateVisits(replica.visits, request, { live: true, onStored })
  const online = Promise.withResolvers<void>()
  const stream = createNudgeStream({
    request,
    onNudge: () => replication.reSync(),
    onOnline() {
      replication.reSync()
      online.resolve()
    },
    onOffline: () => {},
  })
  await online.promise
  await replication.state.awaitInitialReplication()
  return {
    visits: replica.visits,
    async close() {
      stream.close()
      await replication.cancel()
      await replica.close()
    },
  }
}
