/** One spec's society: a server, desks and the networks between them. It stops everything it started. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test as base } from '@playwright/test'
import type { TestInfo } from '@playwright/test'
import { mongodbTestUrl } from '../../build/services/mongodb-test-url.ts'
import { SyncServer } from '../../build/services/sync-server.ts'
import { packagedAppPath } from './app-path.ts'
import { KioskDriver } from './kiosk.ts'
import type { GuardLogin } from './kiosk.ts'
import { SocietyDatabase } from './society-database.ts'
import type { StoredGate } from './society-database.ts'
import { TcpProxy } from './tcp-proxy.ts'
import { HeadlessDevice } from './headless-device.ts'

/** How much of the demonstration's month of visits is kept. */
const historyMs = 2 * 86_400_000

export interface FieldDesk {
  readonly kiosk: KioskDriver
  /** This gate's network to the server. */
  readonly network: TcpProxy
  readonly gate: StoredGate
}

export class Field {
  readonly #folder: string
  readonly #appPath: string
  readonly #desks: FieldDesk[] = []
  #headlessDevice: Promise<HeadlessDevice> | null = null
  readonly server: SyncServer
  readonly database: SocietyDatabase
  readonly gates: readonly StoredGate[]
  readonly guards: readonly [GuardLogin, GuardLogin]

  private constructor(
    folder: string,
    appPath: string,
    server: SyncServer,
    database: SocietyDatabase,
    gates: readonly StoredGate[],
    guards: readonly [GuardLogin, GuardLogin],
  ) {
    this.#folder = folder
    this.#appPath = appPath
    this.server = server
    this.database = database
    this.gates = gates
    this.guards = guards
  }

  static async setUp(): Promise<Field> {
    const folder = mkdtempSync(path.join(tmpdir(), 'chowki-e2e-'))
    const dataFolder = path.join(folder, 'server')
    const name = `chowki_e2e_${randomBytes(6).toString('hex')}`
    const server = await SyncServer.start({
      mongodbUrl: mongodbTestUrl(),
      database: name,
      dataFolder,
      environment: { CHOWKI_DEMO: '1' },
    })
    const database = await SocietyDatabase.open(name)
    await database.forgetVisitsBefore(Date.now() - historyMs)
    const guards = readGuards(dataFolder, await database.deskUserIds())
    return new Field(folder, packagedAppPath(), server, database, await database.gates(), guards)
  }

  /** A desk that is not yet started; `gateNumber` counts from 0. */
  async desk(gateNumber = 0): Promise<FieldDesk> {
    const gate = this.gates[gateNumber]
    if (gate === undefined) throw new Error(`There is no gate ${String(gateNumber)}.`)
    const name = `desk-${String(this.#desks.length + 1)}`
    const kiosk = new KioskDriver({
      name,
      appPath: this.#appPath,
      profileFolder: path.join(this.#folder, name),
    })
    const desk = { kiosk, network: await TcpProxy.listen(this.server.port), gate }
    this.#desks.push(desk)
    return desk
  }

  /** Started, enrolled, with the first guard signed in, and in sync with the server. */
  async openDesk(gateNumber = 0, launch: { clockShiftMs?: number } = {}): Promise<FieldDesk> {
    const desk = await this.desk(gateNumber)
    await desk.kiosk.launch(launch)
    await this.enrol(desk)
    await desk.kiosk.signIn(this.guards[0])
    await desk.kiosk.waitForSynced()
    return desk
  }

  async enrol({ kiosk, network, gate }: FieldDesk): Promise<void> {
    await kiosk.enrol(network.url, await this.server.enrolmentCode(this.#target(gate, kiosk.name)))
  }

  /** A device without a screen; the same one at each call. */
  headlessDevice(): Promise<HeadlessDevice> {
    const [gate] = this.gates
    if (gate === undefined) throw new Error('The society has no gate.')
    this.#headlessDevice ??= HeadlessDevice.enrol(this.server, this.#target(gate, 'Test device'))
    return this.#headlessDevice
  }

  async attachEvidence(testInfo: TestInfo): Promise<void> {
    await testInfo.attach('server.log', { path: this.server.log, contentType: 'text/plain' })
    for (const { kiosk } of this.#desks) {
      if (!kiosk.isRunning) continue
      // A page that is gone has no picture; the log is attached all the same.
      const body = await kiosk.page.screenshot({ timeout: 5_000 }).catch(() => null)
      if (body !== null) await testInfo.attach(`${kiosk.name}.png`, { body, contentType: 'image/png' })
    }
  }

  async tearDown(): Promise<void> {
    for (const { kiosk } of this.#desks) await kiosk.kill()
    for (const { network } of this.#desks) await network.close()
    await this.server.kill()
    await this.database.dropAndClose()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #target(gate: StoredGate, deviceName: string) {
    return { societyId: gate.societyId.toHexString(), gateId: gate._id.toHexString(), deviceName }
  }
}

/** The demonstration society's own list: a PIN, a role and a name on each line. */
function readGuards(dataFolder: string, idsByName: ReadonlyMap<string, string>): [GuardLogin, GuardLogin] {
  const lines = readFileSync(path.join(dataFolder, 'demo-guards.txt'), 'utf8').trim().split('\n')
  const [first, second] = lines.map((line) => {
    const [pin = '', , name = ''] = line.split('\t')
    return { pin, name, userId: idsByName.get(name) ?? '' }
  })
  if (first === undefined || second === undefined)
    throw new Error('The demonstration society has fewer than two guards.')
  return [first, second]
}

export const test = base.extend<{ field: Field }>({
  // Playwright reads the needed fixtures from this pattern: none.
  field: async ({}, use, testInfo) => {
    const field = await Field.setUp()
    try {
      await use(field)
      if (testInfo.status !== testInfo.expectedStatus) await field.attachEvidence(testInfo)
    } finally {
      await field.tearDown()
    }
  },
})
export { expect } from '@playwright/test'
