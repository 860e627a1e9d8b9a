import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MongoClient } from 'mongodb'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { MongodProgram } from '../provision/mongod.ts'
import { provisionMongod } from '../provision/mongod.ts'
import type { Mongod, MongodOptions } from './mongod.ts'
import { startMongod } from './mongod.ts'
import { listenablePort } from './ports.ts'

let program: MongodProgram
let folder: string
let running: Mongod[]

beforeAll(async () => {
  program = await provisionMongod()
})
beforeEach(() => {
  running = []
  folder = mkdtempSync(join(tmpdir(), 'chowki-mongod-test-'))
})
afterEach(async () => {
  for (const mongod of running) await mongod.stop()
  rmSync(folder, { recursive: true, force: true })
})

const start = async (options: Partial<MongodOptions> = {}): Promise<Mongod> => {
  const mongod = await startMongod({ program, folder, ...options })
  running.push(mongod)
  return mongod
}

const withVisits = async <T>(mongod: Mongod, work: (client: MongoClient) => Promise<T>): Promise<T> => {
  const client = await MongoClient.connect(mongod.url)
  try {
    return await work(client)
  } finally {
    await client.close()
  }
}

/** In a transaction, which only a replica set has. */
const write = (mongod: Mongod, id: string): Promise<unknown> =>
  withVisits(mongod, (client) =>
    client.withSession((session) =>
      session.withTransaction(() =>
        client.db('t').collection<{ _id: string }>('visits').insertOne({ _id: id }, { session }),
      ),
    ),
  )

const read = (mongod: Mongod): Promise<string[]> =>
  withVisits(mongod, async (client) => {
    const rows = await client.db('t').collection<{ _id: string }>('visits').find().sort({ _id: 1 }).toArray()
    return rows.map(({ _id }) => _id)
  })

describe('P8 a private MongoDB on a data folder', () => {
  it('keeps what it holds over a stop and a start, on the same port', async () => {
    const first = await start()
    await write(first, 'a')
    await first.stop()
    const second = await start()
    await write(second, 'b')
    expect(await read(second)).toEqual(['a', 'b'])
    expect(second.port).toBe(first.port)
  })

  it('P1 keeps what it has confirmed over kill -9', async () => {
    const first = await start()
    await write(first, 'a')
    process.kill(first.pid, 'SIGKILL')
    await first.exited
    const second = await start()
    expect(await read(second)).toEqual(['a'])
    await write(second, 'b')
  })

  it('becomes primary again on another port', async () => {
    const first = await start()
    await write(first, 'a')
    await first.stop()
    const port = await listenablePort(0)
    const second = await start({ port: port ?? 0 })
    expect(second.port).not.toBe(first.port)
    await write(second, 'b')
    expect(await read(second)).toEqual(['a', 'b'])
  })

  it('lets no second instance on the folder', async () => {
    const first = await start()
    await expect(start()).rejects.toThrow(/^Another Chowki runs on the data folder/)
    await write(first, 'a')
  })

  it('says in one line that the wanted port is taken', async () => {
    const first = await start()
    await expect(start({ folder: join(folder, 'other'), port: first.port })).rejects.toThrow(
      /^Port \d+.* is taken/,
    )
  })

  it('takes over the folder of an owner that was killed, whose MongoDB ends too', async () => {
    const script = `
      import { startMongod } from ${JSON.stringify(join(import.meta.dirname, 'mongod.ts'))}
      const mongod = await startMongod(${JSON.stringify({ program, folder })})
      process.stdout.write(String(mongod.pid))
      setInterval(() => {}, 1000)`
    const owner = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [pid] = await once(owner.stdout, 'data')
    owner.kill('SIGKILL')
    await once(owner, 'exit')
    const mongod = await start()
    await write(mongod, 'a')
    expect(mongod.pid).not.toBe(Number(pid))
    expect(await hasEnded(Number(pid))).toBe(true)
  })

  it('says in one line what stopped it from starting', async () => {
    const broken = { ...program, command: '/bin/false' }
    await expect(start({ program: broken })).rejects.toThrow(/^MongoDB did not start \(exit code 1\)/)
    await write(await start(), 'a')
  })
})

/** A zombie has ended too, although a signal to its pid would not fail. */
async function hasEnded(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  return stat === null || stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z')
}
