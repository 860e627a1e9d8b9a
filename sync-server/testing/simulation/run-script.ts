/** Runs a script from its first step to the moment when everything must have settled, and judges what is left. */
import { createRxClocks } from '../replica/simulated-replica.ts'
import { createRandom } from '../../demo/random.ts'
import { judge, untilSettled } from './judge.ts'
import { goAll } from './people.ts'
import { act } from './guard.ts'
import { createGate, endGate, killGate, startGate } from './gate.ts'
import type { SimulatedGate } from './gate.ts'
import type { Script, Step } from './script.ts'
import { eraseVisitor, changeAsAdmin } from './admin.ts'
import { installVirtualTime } from './virtual-time.ts'
import type { VirtualTime } from './virtual-time.ts'
import { StoreUnavailable } from '../../storage/storage.ts'
import { createWorld } from './world.ts'
import type { Coverage, Sabotage, World } from './world.ts'

export interface ScriptOutcome {
  /** Empty: everything held. */
  readonly violations: readonly string[]
  readonly coverage: Coverage
  readonly traceHash: string
  readonly requests: number
  readonly actions: number
  /** True time from the first step to the last check. */
  readonly virtualMs: number
}

const startAt = Date.UTC(2026, 10, 23, 2, 12)
/** From the last fault until all must be equal. */
const settleMs = 6 * 60_000
const quietMs = 5 * 60_000

export async function runScript(script: Script, sabotage: Sabotage = {}): Promise<ScriptOutcome> {
  const clocks = createRxClocks()
  const time = installVirtualTime({
    startAt,
    random: createRandom(`realm:${script.seed}`).next,
    onProcessSwitch: clocks.exchange,
    look: clocks.look,
  })
  try {
    return await runIn(time, script, sabotage)
  } finally {
    time.restore()
  }
}

async function runIn(time: VirtualTime, script: Script, sabotage: Sabotage): Promise<ScriptOutcome> {
  const world = createWorld(script, time, sabotage)
  for (const server of world.servers) await within(time, server.start())
  const gates = script.gates.map((setup, index) => {
    if (setup.protocol === 1) world.count('protocol N-1')
    return createGate(world, index, setup)
  })
  for (const gate of gates) {
    if (gate.schemaVersion < script.schemaVersion) world.count('schema N-1')
    await within(time, startGate(world, gate))
  }
  for (const step of script.steps) {
    world.trace(JSON.stringify(step))
    await take(world, gates, step)
    await time.advance(20)
  }
  await heal(world, gates)
  if (script.people === true) await everybodyGoes(world, gates)
  await judge(world, gates, { settleMs, quietMs })
  for (const gate of gates) endGate(gate)
  for (const server of world.servers) server.kill()
  // What waits to try again is closed only then.
  await time.advance(10_000)
  return {
    violations: world.violations,
    coverage: world.coverage,
    traceHash: world.traceHash(),
    requests: world.requests,
    actions: world.ledger.actions,
    virtualMs: time.now() - startAt,
  }
}

/** Time passes until it is done. */
async function within(time: VirtualTime, work: Promise<unknown>): Promise<void> {
  let isDone = false
  const done = work.finally(() => (isDone = true))
  // Awaited by the caller, where its failure is thrown.
  done.catch(() => undefined)
  for (let i = 0; i < 1_000 && !isDone; i++) await time.advance(20)
  if (!isDone) throw new Error('the simulation stands still')
  await done
}

async function take(world: World, gates: readonly SimulatedGate[], step: Step): Promise<void> {
  const gate = 'gate' in step ? gates[step.gate] : undefined
  if ('gate' in step && !gate) return
  const server = 'server' in step ? world.servers[step.server] : undefined
  switch (step.do) {
    case 'wait':
      return world.time.advance(step.ms)
    case 'sleep':
      world.count('sleep')
      return world.time.leap(step.ms)
    case 'erase':
      return within(world.time, unlessUnavailable(eraseVisitor(world, step)))
    case 'admin':
      return within(world.time, unlessUnavailable(changeAsAdmin(world, step)))
    case 'killServer':
      if (!server?.isUp) return undefined
      world.count('server restart')
      if (world.slowCommits.size > 0) world.count('server restart in mid-commit')
      server.kill()
      setTimeout(() => void server.start(), step.ms)
      return undefined
    case 'serverClock':
      if (!server) return undefined
      world.count(step.ms < 0 ? 'server clock back' : 'server clock forward')
      server.process.skewMs += step.ms
      return undefined
    default:
      return gate && takeAtGate(world, gate, step)
  }
}

/** The server died before it had committed: an admin would be told, and nothing has happened. */
const unlessUnavailable = (work: Promise<void>): Promise<void> =>
  work.catch((error: unknown) => {
    if (!(error instanceof StoreUnavailable)) throw error
  })

type GateStep = Extract<Step, { readonly gate: number }>

async function takeAtGate(world: World, gate: SimulatedGate, step: GateStep): Promise<void> {
  const { time } = world
  switch (step.do) {
    case 'partition':
      gate.line.cutUntil = Math.max(gate.line.cutUntil, time.now() + step.ms)
      return
    case 'quarrel':
      gate.line.quarrelUntil = time.now() + step.ms
      // Without an edit there is nothing to quarrel about.
      act(world, gate, { do: 'note', gate: gate.index, pick: 0 })
      return
    case 'killGate':
      if (!gate.run) return
      world.count('gate restart')
      for (const direction of ['pull', 'push']) {
        const isUnderWay = [...gate.line.underWay].some(({ path }) => path.endsWith(`/${direction}`))
        if (isUnderWay) world.count(`gate restart in mid-${direction}`)
      }
      killGate(gate)
      setTimeout(() => void startGate(world, gate), step.ms)
      return
    case 'restartReplication':
      if (!gate.run) return
      world.count('replication restart')
      void time.run(gate.run.process, gate.run.restartReplication)
      return
    case 'gateClock':
      world.count(step.ms < 0 ? 'gate clock back' : 'gate clock forward')
      gate.skewMs += step.ms
      if (gate.run) gate.run.process.skewMs = gate.skewMs
      return
    case 'revoke':
      world.count('revocation')
      world.devices.delete(gate.name)
      for (const server of world.servers) server.disconnect(gate.society, gate.name)
      setTimeout(() => enrolAgain(world, gate), step.ms)
      return
    default:
      act(world, gate, step)
  }
}

function enrolAgain(world: World, gate: SimulatedGate): void {
  world.devices.set(gate.name, gate.society)
  if (gate.run) world.time.run(gate.run.process, gate.run.reSync)
}

/** Everything works from here on. */
async function heal(world: World, gates: readonly SimulatedGate[]): Promise<void> {
  world.isFaulty = false
  for (const server of world.servers) await within(world.time, server.start())
  for (const gate of gates) {
    gate.line.cutUntil = 0
    gate.line.quarrelUntil = 0
    enrolAgain(world, gate)
    await within(world.time, startGate(world, gate))
    while (!gate.run) await world.time.advance(20)
  }
}

/** Once all gates know of each other, one of each society lets out whoever is inside: nobody may be left there. */
async function everybodyGoes(world: World, gates: readonly SimulatedGate[]): Promise<void> {
  await untilSettled(world, gates, settleMs)
  // Links come a little after the records, and are replicated in their turn.
  await world.time.advance(30_000)
  await untilSettled(world, gates, settleMs)
  for (const society of world.societies) {
    const gate = gates.find((one) => one.society === society)
    if (gate?.run) await within(world.time, goAll(world, gate, gate.run))
  }
}
