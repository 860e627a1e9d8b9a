/**
 * A thin, lossy line to a kiosk: a network namespace of its own at the end of a pair of virtual interfaces, each of
 * which sends at the line's rate (tbf) and loses what it receives at random (a filter of four instructions, where
 * kernels have no netem). The kernel does both, so TCP behaves as it does on such a line.
 */
import { existsSync, readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { runCommand } from '../../../../build/provision/run-command.ts'
import type { BenchContext } from '../../workload.ts'
import { NotRun } from '../../workload.ts'

export interface ShapedLink {
  /** Reached from the namespace; leads to the port of this machine that the link was made for. */
  readonly origin: string
  /** Before a command that is to run at the kiosk's end. */
  readonly enter: readonly string[]
  /** Sent by the kiosk, lost bytes and all headers down to Ethernet among them. */
  sentBytes(): Promise<number>
  /** How TCP of the kiosk's end answers to loss. */
  readonly congestionControl: string
}

export interface LinkShape {
  readonly bitsPerSecond: number
  /** 0..1, in each direction. */
  readonly loss: number
}

const namePrefix = 'chowki-bench-'
const serverAddress = '10.199.77.1'
const kioskAddress = '10.199.77.2'
/** Of SKF_AD_OFF and SKF_AD_RANDOM: where a classic filter reads a random number. */
const randomWord = 0xffff_f000 + 56

export async function openShapedLink(
  { onEnd }: Pick<BenchContext, 'onEnd'>,
  port: number,
  { bitsPerSecond, loss }: LinkShape,
): Promise<ShapedLink> {
  await removeLeftovers()
  const namespace = `${namePrefix}${process.pid}`
  const [near, far] = [`chk${process.pid}a`, `chk${process.pid}b`]
  const inside = ['-n', namespace]
  await run('ip', ['netns', 'add', namespace])
  // With the namespace go its interface, the other end of the pair, and what shapes them.
  onEnd(async () => void (await run('ip', ['netns', 'del', namespace])))
  await run('ip', ['link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', namespace])
  for (const [where, device, address] of [
    [[], near, serverAddress],
    [inside, far, kioskAddress],
  ] as const) {
    await run('ip', [...where, 'addr', 'add', `${address}/30`, 'dev', device])
    await run('ip', [...where, 'link', 'set', device, 'up'])
    await shape(where, device, bitsPerSecond, loss)
  }
  const forwarded = await forward(port)
  onEnd(forwarded.close)
  return {
    origin: `http://${serverAddress}:${forwarded.port}`,
    enter: ['ip', 'netns', 'exec', namespace],
    sentBytes: () => sentBytes(inside, far),
    congestionControl: readFileSync('/proc/sys/net/ipv4/tcp_congestion_control', 'utf8').trim(),
  }
}

/** Of a bench that was killed at once: a namespace outlives its maker. */
async function removeLeftovers(): Promise<void> {
  const names = (await run('ip', ['netns', 'list'])).split('\n').map((line) => line.split(' ', 1)[0] ?? '')
  for (const name of names.filter((name) => name.startsWith(namePrefix))) {
    if (!existsSync(`/proc/${name.slice(namePrefix.length)}`)) await run('ip', ['netns', 'del', name])
  }
}

async function shape(where: readonly string[], device: string, bits: number, loss: number): Promise<void> {
  const rate = ['tbf', 'rate', `${bits}bit`, 'burst', '16kb', 'latency', '50ms']
  await run('tc', [...where, 'qdisc', 'add', 'dev', device, 'root', ...rate])
  const below = Math.round(loss * 2 ** 32)
  // Load a random number; at or above the bound pass (0), below it drop (2).
  const filter = `4,32 0 0 ${randomWord},53 1 0 ${below},6 0 0 2,6 0 0 0`
  await run('tc', [...where, 'qdisc', 'add', 'dev', device, 'clsact'])
  await run('tc', [...where, 'filter', 'add', 'dev', device, 'ingress', 'bpf', 'da', 'bytecode', filter])
}

async function sentBytes(where: readonly string[], device: string): Promise<number> {
  const rows = JSON.parse(await run('tc', [...where, '-j', '-s', 'qdisc', 'show', 'dev', device])) as {
    kind: string
    bytes: number
  }[]
  const bytes = rows.find(({ kind }) => kind === 'tbf')?.bytes
  if (bytes === undefined) throw new Error('The shaped interface does not count its bytes.')
  return bytes
}

/** The server listens on loopback only, and goes on doing so. */
function forward(port: number): Promise<{ port: number; close: () => Promise<void> }> {
  const listener = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    near.pipe(far).pipe(near)
    near.on('error', () => far.destroy()).on('close', () => far.destroy())
    far.on('error', () => near.destroy()).on('close', () => near.destroy())
  })
  return new Promise((resolve, reject) => {
    listener.once('error', reject)
    listener.listen(0, serverAddress, () =>
      resolve({
        port: (listener.address() as AddressInfo).port,
        close: () => new Promise((closed) => listener.close(() => closed())),
      }),
    )
  })
}

async function run(command: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runCommand(command, args, { timeoutMs: 10_000 })
  if (code === 0) return stdout
  const reason = stderr.trim().split('\n', 1)[0]
  throw new NotRun(`no thin line can be made here: ${command} ${args.slice(0, 4).join(' ')}: ${reason}`)
}
