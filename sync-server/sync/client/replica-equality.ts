import { jsonEqual } from '@chowki/shared/domain/canonical-json.ts'
import type { RxCollection, RxConflictHandler } from 'rxdb'

/** RxDB asks with this context whether a pulled document must be written at all. */
const isPulledNews = 'downstream-check-if-equal-1'
const original = new WeakMap<object, RxConflictHandler<unknown>>()

/**
 * A handler that compares replica-owned fields only is right for conflicts (trap 6), but RxDB asks the same function
 * whether a pulled document differs from the local one: what only the server sets, a stamp or a correction, would
 * never arrive. For that one question everything counts.
 */
export function compareEverythingOnPull<T>(collection: RxCollection<T>): void {
  const given = (original.get(collection) ?? collection.conflictHandler) as RxConflictHandler<T>
  original.set(collection, given as RxConflictHandler<unknown>)
  collection.conflictHandler = {
    isEqual: (a, b, context) => (context === isPulledNews ? jsonEqual(a, b) : given.isEqual(a, b, context)),
    resolve: (input, context) => given.resolve(input, context),
  }
}
