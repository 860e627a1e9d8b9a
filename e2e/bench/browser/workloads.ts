/** What only a browser can measure: the kiosk's page on its disk and its screen. */
import type { Workload } from '../workload.ts'
import { fullDesk } from './full-desk.ts'
import { kioskSave } from './kiosk-save.ts'

export const browserWorkloads: readonly Workload[] = [kioskSave, fullDesk]
