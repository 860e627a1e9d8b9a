/** The one place where the driver's errors become those of `storage.ts`. */
import {
  MongoBulkWriteError,
  MongoClientBulkWriteError,
  MongoClientClosedError,
  MongoDriverError,
  MongoExpiredSessionError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
} from 'mongodb'
import { StoreUnavailable } from '../storage.ts'

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

/** Of a bulk over several collections: the operation at which it ended. Of what is no fault of an operation: nothing. */
export interface WriteFailure {
  readonly operation: number
  readonly rule: 'id' | 'unique' | 'validator'
  /** The name of the index whose key is in use. */
  readonly index: string
  /** Of a unique index: its last, which is unique within those before it. */
  readonly field: string | undefined
}

export function failureIn(error: unknown): WriteFailure | undefined {
  const [first] = error instanceof MongoClientBulkWriteError ? error.writeErrors : []
  if (!first) return undefined
  const [operation, { code, message }] = first
  if (code === documentValidationFailure) return { operation, rule: 'validator', index: '', field: undefined }
  if (code !== duplicateKey) return undefined
  const fields = fieldsOfKey(message)
  return {
    operation,
    rule: fields.every((field) => field === '_id') ? 'id' : 'unique',
    index: /index: (\S+) dup key/.exec(message)?.[1] ?? '',
    field: fields.at(-1),
  }
}

/** The driver wraps what ended a whole bulk, and its labels say whether to try again. */
export const causeOfBulk = (error: unknown): unknown =>
  error instanceof MongoClientBulkWriteError && error.cause instanceof MongoServerError ? error.cause : error

/** The bulk's errors give the key only in words: `index: name dup key: { societyId: ..., phone: ... }`. */
function fieldsOfKey(message: string): string[] {
  const key = /dup key: \{ ?(.*) \}/.exec(message)?.[1] ?? ''
  return [...key.matchAll(/(?:^|, )([A-Za-z_][\w.]*): /g)].map((match) => match[1] ?? '')
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
