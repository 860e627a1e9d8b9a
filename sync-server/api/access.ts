/**
 * Who may do what with which collection: asked by every route, and the one place that roles and abilities will replace.
 * Until they are there the only caller is the holder of the server's admin key.
 */
import { collections } from '@chowki/shared/collections/registry.ts'
import type { CollectionName } from '@chowki/shared/collections/registry.ts'
import type { Caller } from '../records/caller.ts'

export const actions = ['list', 'get', 'create', 'patch', 'remove'] as const
export type Action = (typeof actions)[number]

const reads: readonly Action[] = ['list', 'get']

/** Where an admin may do less than everything. */
const allowedActions: Partial<Record<CollectionName, readonly Action[]>> = {
  // A society is made by set-up, and never removed by one call.
  societies: [...reads, 'patch'],
  // What happened at a gate is recorded by the gate. A mistake is put right by a correction beside it.
  visitorEntries: reads,
  patrolLogs: reads,
  shifts: reads,
  // Made by the server where two records are one person, undone by the command `undo-link`.
  personLinks: reads,
  // Appended, never changed.
  corrections: [...reads, 'create'],
  auditLogs: reads,
  // A device comes by enrolment and goes by revocation, a photo by its upload.
  guardDevices: reads,
  photos: reads,
}

export function mayDo({ kind }: Pick<Caller, 'kind'>, action: Action, collection: CollectionName): boolean {
  return kind === 'admin' && (allowedActions[collection] ?? actions).includes(action)
}

export const isCollectionName = (name: string): name is CollectionName => Object.hasOwn(collections, name)
