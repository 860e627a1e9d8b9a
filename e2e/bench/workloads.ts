/** All workloads, in the table's order. */
import { browserWorkloads } from './browser/workloads.ts'
import { pullWorkload, pushWorkload } from './node/push-pull.ts'
import type { Workload } from './workload.ts'

export const workloads: readonly Workload[] = [pushWorkload, pullWorkload, ...browserWorkloads]
