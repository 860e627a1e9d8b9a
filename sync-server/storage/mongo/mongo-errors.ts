/** The one place where the driver's errors become those of `storage.ts`. */
import {
  MongoBulkWriteError,
  MongoClientClosedError,
  MongoDriverError,
  MongoExpiredSessionError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
} from 'mongodb'
import { DuplicateIds, RowRefused, StoreUnavailable } from '../storage.ts'

const duplicateKey = 11_000
const documentValidationFailure = 121
/** Not primary, stepping down, shutting down, time-outs: all pass. */
const passingCodes = new Set([50, 89, 91, 189, 262, 10_107, 11_600, 11_602, 13_388, 13_435, 13_436, 64, 202])

const passingLabels = ['TransientTransactionError', 'UnknownTransactionCommitResult', 'RetryableWriteError']
const connectionErrors = [
  MongoNetworkError,
  MongoServerSelectionError,
  MongoNotConnectedError,
  MongoTopologyClosedError,
  MongoClientClosedError,
  MongoExpiredSessionError,
] as const

/** `idsInOrder`: of the writes of the command that failed, to name the row. */
export function toStorageError(error: unknown, idsInOrder: readonly string[]): unknown {
  if (!(error instanceof MongoServerError)) return error
  const failure = firstWriteError(error)
  const id = idsInOrder[failure.index] ?? ''
  if (failure.code === documentValidationFailure) return new RowRefused(id, 'validator')
  if (failure.code !== duplicateKey) return error
  const fields = Object.keys(failure.keyPattern ?? {})
  return fields.every((field) => field === '_id')
    ? new DuplicateIds(id)
    : new RowRefused(id, 'unique', fields.at(-1))
}

interface WriteFailure {
  readonly code: unknown
  readonly index: number
  readonly keyPattern: Record<string, unknown> | undefined
}

function firstWriteError(error: MongoServerError): WriteFailure {
  if (error instanceof MongoBulkWriteError) {
    const [first] = [error.writeErrors].flat()
    if (first) {
      const raw = first.err as { keyPattern?: Record<string, unknown> }
      return {
        code: first.code,
        index: first.index,
        keyPattern: raw.keyPattern ?? keyPatternOf(first.errmsg),
      }
    }
  }
  const { code, keyPattern } = error as { code?: unknown; keyPattern?: Record<string, unknown> }
  return { code, index: 0, keyPattern: keyPattern ?? keyPatternOf(error.message) }
}

/** Older servers and bulk replies give the key only in words: `index: name dup key: { societyId: ..., phone: ... }`. */
function keyPatternOf(message: string | undefined): Record<string, unknown> | undefined {
  const key = /dup key: \{ ?(.*) \}/.exec(message ?? '')?.[1]
  if (key === undefined) return undefined
  const fields = [...key.matchAll(/(?:^|, )([A-Za-z_][\w.]*): /g)].map((match) => match[1] ?? '')
  return Object.fromEntries(fields.map((field) => [field, 1]))
}

export const isDuplicateKey = (error: unknown): boolean =>
  error instanceof MongoServerError && error.code === duplicateKey

/** Operations of an unordered bulk whose key was in use, by their place in it; null where something else failed. */
export function duplicatesIn(error: unknown): ReadonlySet<number> | null {
  const failures = error instanceof MongoBulkWriteError ? [error.writeErrors].flat() : []
  const isAll = failures.length > 0 && failures.every(({ code }) => code === duplicateKey)
  return isAll ? new Set(failures.map(({ index }) => index)) : null
}

/** True where trying again later is all that is needed. */
function isMongoUnreachable(error: unknown): boolean {
  if (error instanceof StoreUnavailable) return true
  if (connectionErrors.some((kind) => error instanceof kind)) return true
  // Not exported by the driver.
  if (error instanceof MongoDriverError && error.name === 'MongoWaitQueueTimeoutError') return true
  if (!(error instanceof MongoServerError)) return false
  return passingCodes.has(Number(error.code)) || passingLabels.some((label) => error.hasErrorLabel(label))
}

/** Whatever only waiting can help becomes `StoreUnavailable`. */
export async function namingOutages<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof StoreUnavailable || !isMongoUnreachable(error)) throw error
    throw new StoreUnavailable('the database did not answer', { cause: error })
  }
}
