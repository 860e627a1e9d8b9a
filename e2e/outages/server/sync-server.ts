/** What an outage asks of a sync server beyond the harness. */
import type { SyncServer } from '../../../build/services/sync-server.ts'
import { addSociety } from '../../bench/frame/society.ts'
import { GateClient } from './gate-client.ts'

/** Settings of a server that acknowledges before anything is durable. */
export const relaxedDurability = {
  NODE_OPTIONS: `--import=${new URL('./relaxed-durability.mjs', import.meta.url).href}`,
}

/** A desk of a new society. */
export async function enrolClient(server: SyncServer): Promise<GateClient> {
  const society = await addSociety(server.options.mongodbUrl, server.options.database)
  return new GateClient(server.origin, await server.enrol({ ...society, deviceName: 'Gate' }))
}
