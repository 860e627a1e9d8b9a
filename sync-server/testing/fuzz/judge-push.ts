/** Each pushed row by itself: what does not fit is quarantined, and what fits is not, whatever its neighbours are. */
import { kioskCollections } from '@chowki/shared/collections/registry.ts'
import { errorDescriptions } from '@chowki/shared/errors/codes.ts'
import { protocolHeader } from '@chowki/shared/protocol/messages.ts'
import type {
  PushRequest,
  PushResponseV1,
  PushResult,
  WireDocument,
} from '@chowki/shared/protocol/messages.ts'
import { Check } from 'typebox/value'
import type { FuzzRequest } from './fuzz-request.ts'
import type { FuzzGround } from './fuzz-target.ts'
import { jsonOf, paramsOf } from './judge-request.ts'

const pushUrl = '/api/sync/:collection/push'

export function faultsOfPush(request: FuzzRequest, answer: unknown, { own }: FuzzGround): string[] {
  const { rows } = jsonOf(request) as PushRequest
  const name = paramsOf(request.path, pushUrl)?.['collection'] ?? ''
  const fitting = rows.map(
    (row) => isWritable(name, row.newDocumentState, own.societyId) && isAssumedFitting(row),
  )
  const isOfBefore = request.headers.some(([header, value]) => header === protocolHeader && value === '1')
  if (isOfBefore) return faultsOfFirstVersion(rows, fitting, answer as PushResponseV1)
  const { results } = answer as { results: PushResult[] }
  if (results.length !== rows.length) return ['not one answer for each row']
  return results.flatMap((result, index) => {
    if (!fitting[index])
      return result.status === 'quarantined' ? errorFaults(result) : [`row ${index}: a misfit was taken`]
    return result.status === 'quarantined' && !isTaken(result)
      ? [`row ${index}: refused, though it fits`]
      : []
  })
}

/** It tells refusals by id only. */
function faultsOfFirstVersion(
  rows: PushRequest['rows'],
  fitting: readonly boolean[],
  { rejected }: PushResponseV1,
): string[] {
  const idOf = ({ newDocumentState: { _id } }: PushRequest['rows'][number]) =>
    typeof _id === 'string' ? _id : ''
  const missing = rows.filter((row, index) => !fitting[index] && !rejected.some(({ id }) => id === idOf(row)))
  const isUnknown = ({ code }: { code: string }) => !Object.hasOwn(errorDescriptions, code)
  return [
    ...missing.map((row) => `row ${rows.indexOf(row)}: a misfit was taken`),
    ...rejected.filter(isUnknown).map(({ code }) => `an unknown code: ${code}`),
  ]
}

const isAssumedFitting = ({ newDocumentState, assumedMasterState }: PushRequest['rows'][number]): boolean =>
  assumedMasterState === undefined || assumedMasterState._id === newDocumentState._id

function isWritable(name: string, document: WireDocument, societyId: string): boolean {
  const definition = kioskCollections.find((one) => one.name === name)
  if (definition?.kiosk.writes !== 'own') return false
  const { serverOwned, withheld, onlyWhere } = definition.kiosk
  if (withheld.some((field) => Object.hasOwn(document, field))) return false
  const { _deleted = false, ...fields } = document
  for (const field of serverOwned) Reflect.deleteProperty(fields, field)
  if (_deleted !== false || fields['societyId'] !== societyId) return false
  if (onlyWhere && !onlyWhere.in.includes(String(fields[onlyWhere.field]))) return false
  return Check(definition.schema, fields)
}

/** An id, or a value that must be one's own, that is in use: only the store can know. */
const isTaken = (result: PushResult): boolean =>
  result.status === 'quarantined' && /cannot be used|has this value already/.test(result.error.message)

function errorFaults(result: PushResult & { status: 'quarantined' }): string[] {
  const { code, message, remedy } = result.error
  const isKnown = Object.hasOwn(errorDescriptions, code)
  return isKnown && message !== '' && remedy !== '' ? [] : ['a row refused without code, message or remedy']
}
