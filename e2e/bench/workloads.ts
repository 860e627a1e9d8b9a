/** All workloads, in the table's order. */
import { browserWorkloads } from './browser/workloads.ts'
import { backlogWorkload } from './node/backlog/backlog.ts'
import { growthWorkload } from './node/growth.ts'
import { liveWorkload } from './node/live/live.ts'
import { pullWorkload, pushWorkload } from './node/push-pull.ts'
import { streamsWorkload } from './node/streams/streams.ts'
import type { Workload } from './workload.ts'

export const workloads: readonly Workload[] = [
  pushWorkload,
  pullWorkload,
  streamsWorkload,
  backlogWorkload,
  liveWorkload,
  growthWorkload,
  ...browserWorkloads,
]
