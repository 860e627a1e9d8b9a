/** The other gate, on a thread of its own: gates are machines of their own, and one's work must not look like the other's. */
import { parentPort, workerData } from 'node:worker_threads'
import { monotonicMs } from '../monotonic.ts'
import { openGate } from './gate.ts'
import type { GatePlace } from './gate.ts'

export type FromReader =
  { readonly kind: 'online' } | { readonly kind: 'seen'; readonly id: string; readonly at: number }

// A port between threads has no origin to name.
const tell = (message: FromReader): void => parentPort?.postMessage(message, [])

const { visits } = await openGate(workerData as GatePlace, () => {})
visits.insert$.subscribe(({ documentId }) => tell({ kind: 'seen', id: documentId, at: monotonicMs() }))
tell({ kind: 'online' })
