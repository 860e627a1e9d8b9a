/** A society in which every text, every phone and every photo tells whose it is, in all collections at once. */
import type { CollectionDefinition } from '@chowki/shared/collections/define-collection.ts'
import { collections, isKioskCollection } from '@chowki/shared/collections/registry.ts'
import { sampleDocument } from '@chowki/shared/test-data/sample-document.ts'
import type { WireDocument } from '@chowki/shared/protocol/messages.ts'
import fc from 'fast-check'
import type { RecordName } from '../../records/records-transaction.ts'
import { frameOf, jpegOf, photoOf } from '../test-photo.ts'
import type { TestPhoto } from '../test-photo.ts'
import { as, enrol, enrolDevice, issueCode } from '../test-server.ts'
import type { TestDevice, TestServer } from '../test-server.ts'
import { newId } from '../test-society.ts'
import type { TestSociety } from '../test-society.ts'

export interface MarkedSociety {
  readonly device: TestDevice
  /** In every text that is long enough for it. */
  readonly mark: string
  /** What every phone begins with. */
  readonly phonePrefix: string
  readonly photo: TestPhoto
  readonly documents: ReadonlyMap<string, readonly WireDocument[]>
  readonly unusedCode: string
  /** Has enrolled `codeUser`. */
  readonly usedCode: string
  readonly codeUser: { readonly deviceId: string; readonly secret: string }
}

/** Written by other hands: the society itself and its devices by set-up and enrolment, photos by an upload, the audit. */
const notWritten = new Set<string>(['societies', 'guardDevices', 'photos', 'auditLogs'])
const documentsEach = 3

const markedCollections: readonly CollectionDefinition[] = Object.values<CollectionDefinition>(
  collections,
).filter(({ name }) => !notWritten.has(name))

export async function markSociety(
  server: TestServer,
  society: TestSociety,
  { mark, phonePrefix, seed }: { mark: string; phonePrefix: string; seed: number },
): Promise<MarkedSociety> {
  const documents = new Map(
    markedCollections.map((definition) => [
      definition.name,
      documentsOf(definition, society, { mark, phonePrefix, seed }),
    ]),
  )
  await server.database.records.write(
    { kind: 'system', id: 'test' },
    society.societyId,
    async (transaction) => {
      for (const [name, all] of documents) transaction.insert(name as RecordName, ...all)
    },
  )
  const device = await enrolDevice(server, society)
  const photo = photoOf(Buffer.concat([jpegOf(200).subarray(0, 198), Buffer.from(mark.repeat(20)), jpegEnd]))
  await upload(server, device, photo)
  const usedCode = await issueCode(server, society)
  const codeUser = { deviceId: newId(), secret: 'c'.repeat(43) }
  await enrol(server, { ...codeUser, code: usedCode, deviceName: 'Desk 2' })
  const unusedCode = await issueCode(server, society)
  return { device, mark, phonePrefix, photo, documents, unusedCode, usedCode, codeUser }
}

const jpegEnd = Buffer.from([0xff, 0xd9])

async function upload(server: TestServer, device: TestDevice, photo: TestPhoto): Promise<void> {
  const headers = { 'content-type': 'application/octet-stream' }
  const options = { method: 'POST', url: '/api/photos', headers, payload: frameOf([photo]) } as const
  const answer = await server.app.inject(as(device, options))
  if (!answer.body.includes('"stored"')) throw new Error(`no photo: ${answer.body}`)
}

type Marks = { readonly mark: string; readonly phonePrefix: string; readonly seed: number }

function documentsOf(definition: CollectionDefinition, society: TestSociety, marks: Marks): WireDocument[] {
  const samples = fc.sample(sampleDocument(definition), { numRuns: documentsEach, seed: marks.seed })
  return samples.map((sample, index) => {
    const marked = markTexts(definition.schema as unknown as Schema, sample, marks, index) as WireDocument
    const scope = isKioskCollection(definition) ? definition.kiosk.onlyWhere : undefined
    return {
      ...marked,
      _id: newId(),
      societyId: society.societyId,
      // The last stays as drawn: outside what a kiosk may see, where there is such a rule.
      ...(scope && index < documentsEach - 1 ? { [scope.field]: scope.in[0] } : {}),
    }
  })
}

type Schema = Readonly<Record<string, unknown>>

function markTexts(schema: Schema, value: unknown, marks: Marks, index: number): unknown {
  if (Array.isArray(value)) return value.map((item) => markTexts(schema.items as Schema, item, marks, index))
  if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) {
    const properties = schema.properties as Record<string, Schema>
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [
        name,
        markTexts(properties[name] ?? {}, inner, marks, index),
      ]),
    )
  }
  if (typeof value !== 'string' || schema.enum !== undefined) return value
  if (schema.pattern === '^\\+?[0-9]{4,15}$') return `${marks.phonePrefix}${1_000 + index}`
  const isText = typeof schema.pattern === 'string' && schema.pattern.includes('\\p{Cs}')
  const { minLength = 0, maxLength = 0 } = schema as { minLength?: number; maxLength?: number }
  return isText && !String(schema.pattern).includes('@') && maxLength > marks.mark.length
    ? `${index}${marks.mark}`.padEnd(minLength, '.')
    : value
}
