/** The real sync server with its demonstration society on an empty database; the network can be cut. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PullResponse, WireDocument } from '@chowki/shared/protocol/messages.ts'
import { deviceHeaders, enrolDevice } from '../../../build/services/enrol-device.ts'
import { mongodbTestUrl } from '../../../build/services/mongodb-test-url.ts'
import { SyncServer } from '../../../build/services/sync-server.ts'

export interface ServerProcess {
  readonly origin: string
  readonly guards: readonly { readonly name: string; readonly pin: string }[]
  enrolmentCode(gate: string): Promise<string>
  /** SIGKILL, as a power cut. */
  kill(): Promise<void>
  /** On the same port and database. */
  start(): Promise<void>
  close(): Promise<void>
}

/** `environment`: further settings of the server's process. */
export async function startServerProcess(
  environment: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'chowki-server-'))
  const server = await SyncServer.start({
    mongodbUrl: mongodbTestUrl(),
    database: `chowki_test_${randomBytes(6).toString('hex')}`,
    dataFolder,
    environment: { CHOWKI_DEMO: '1', ...environment },
  })
  const guards = (await readFile(join(dataFolder, 'demo-guards.txt'), 'utf8')).trim().split('\n')
  return {
    origin: server.origin,
    guards: guards.map((line) => line.split('\t')).map(([pin = '', , name = '']) => ({ pin, name })),
    start: () => server.start(),
    kill: () => server.kill(),
    enrolmentCode: async (gate) => (await server.command('enrolment-code', '--gate', gate))[0] ?? '',
    async close() {
      await server.kill()
      await rm(dataFolder, { recursive: true, force: true })
    },
  }
}

/** What the server gives to another desk of the society. */
export async function pullAll(origin: string, token: string, collection: string): Promise<WireDocument[]> {
  const documents: WireDocument[] = []
  let checkpoint: PullResponse['checkpoint'] | null = null
  for (;;) {
    const response = await fetch(`${origin}/api/sync/${collection}/pull`, {
      method: 'POST',
      headers: {
        ...deviceHeaders(token),
        'content-type': 'application/json',
      },
      body: JSON.stringify({ schemaVersion: 0, checkpoint, limit: 1000 }),
    })
    if (!response.ok) throw new Error(`pull ${collection}: ${response.status} ${await response.text()}`)
    const page = (await response.json()) as PullResponse
    documents.push(...page.documents)
    if (page.documents.length < 1000) return documents
    checkpoint = page.checkpoint
  }
}

/** The token of another desk. */
export const enrolAnother = async (origin: string, code: string): Promise<string> =>
  (await enrolDevice(origin, code, 'Another desk')).token
