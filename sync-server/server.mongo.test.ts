import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { mongodbTestUrl } from '../build/services/mongodb-test-url.ts'
import { randomDatabaseName, testSealingKeys } from './testing/test-server.ts'
import { openServerData } from './open-data.ts'

const program = fileURLToPath(new URL('server.ts', import.meta.url))
const dataFolder = mkdtempSync(path.join(tmpdir(), 'chowki-server-'))
const databaseName = randomDatabaseName()
const children: ChildProcess[] = []

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})
afterAll(async () => {
  rmSync(dataFolder, { recursive: true })
  const database = await openServerData({
    url: mongodbTestUrl(),
    name: databaseName,
    onListenerError: () => undefined,
    sealingKeys: testSealingKeys,
    now: Date.now,
  })
  await database.drop()
  await database.close()
})

interface Line {
  level: string
  msg: string
  port?: number
}

/** `openFiles`: as many as a service manager would let it open. */
function start(environment: Record<string, string>, openFiles: number | null = null) {
  const limited = openFiles === null ? [] : ['prlimit', `--nofile=${openFiles}`]
  const [command, ...args] = [...limited, process.execPath, program] as const
  const child = spawn(command ?? '', args, {
    env: {
      PATH: process.env['PATH'],
      MONGODB_URL: mongodbTestUrl(),
      MONGODB_DATABASE: databaseName,
      CHOWKI_DATA: dataFolder,
      CHOWKI_PORT: '0',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  const lines: Line[] = []
  let errors = ''
  let onLine = (): void => undefined
  let rest = ''
  child.stdout.on('data', (chunk: Buffer) => {
    const parts = `${rest}${chunk.toString()}`.split('\n')
    rest = parts.pop() ?? ''
    lines.push(...parts.map((part) => JSON.parse(part) as Line))
    onLine()
  })
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const listening = new Promise<number>((resolve, reject) => {
    onLine = () => {
      const line = lines.find(({ msg }) => msg === 'listening')
      if (line) resolve(line.port ?? 0)
    }
    ended.then((code) => reject(new Error(`ended with ${code}: ${JSON.stringify(lines)} ${errors}`)))
  })
  listening.catch(() => undefined)
  return { child, lines, ended, listening, errors: () => errors }
}

const fatals = (lines: readonly Line[]) =>
  lines.filter(({ level }) => level === 'fatal').map(({ msg }) => msg)

describe('the server’s process', () => {
  test('says once that it listens, answers, and stops cleanly when told to', async () => {
    const server = start({ CHOWKI_LOG_LEVEL: 'error' })
    const port = await server.listening
    const health = await fetch(`http://127.0.0.1:${port}/api/health`)
    expect(await health.json()).toMatchObject({ status: 'ready' })
    server.child.kill('SIGTERM')
    expect(await server.ended).toBe(0)
    expect(server.lines).toHaveLength(1)
    expect(server.errors()).toBe('')
  })

  test('Ctrl-C stops it too, also with a connection that is kept alive', async () => {
    const server = start({})
    const port = await server.listening
    await (await fetch(`http://127.0.0.1:${port}/api/health`)).text()
    const since = performance.now()
    server.child.kill('SIGINT')
    expect(await server.ended).toBe(0)
    expect(performance.now() - since).toBeLessThan(30_000)
  })

  test('a port that is taken: one line with a remedy', async () => {
    const blocker = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => blocker.once('listening', resolve))
    const { port } = blocker.address() as AddressInfo
    const server = start({ CHOWKI_PORT: String(port) })
    expect(await server.ended).toBe(1)
    blocker.close()
    expect(fatals(server.lines)).toEqual([
      `Port ${port} on 127.0.0.1 is taken. Stop the other program, or set CHOWKI_PORT to a free port.`,
    ])
  })

  test('a database that does not answer: one line, without the password in its address', async () => {
    const server = start({ MONGODB_URL: 'mongodb://gate:hunter22@127.0.0.1:9/?serverSelectionTimeoutMS=300' })
    expect(await server.ended).toBe(1)
    expect(fatals(server.lines)).toEqual(['MongoDB did not answer. Start it, or correct MONGODB_URL.'])
    expect(JSON.stringify(server.lines) + server.errors()).not.toContain('hunter22')
  })

  test('wrong configuration: a line for each, and nothing is touched', async () => {
    const server = start({ CHOWKI_PORT: '99999', CHOWKI_DEMO: 'perhaps' })
    expect(await server.ended).toBe(1)
    expect(fatals(server.lines)).toHaveLength(2)
  })

  test('fewer open files than connections need: it takes as many as fit, and one line says so', async () => {
    const server = start({ CHOWKI_CONNECTIONS_MAX: '3000' }, 1_024)
    await server.listening
    const warnings = server.lines.filter(({ level }) => level === 'warn').map(({ msg }) => msg)
    expect(warnings).toEqual([
      expect.stringMatching(/1024 files.* 768 connections instead of 3000.*ulimit -n/),
    ])
  })

  test('hardly any open files: one line with a remedy', async () => {
    const server = start({}, 200)
    expect(await server.ended).toBe(1)
    expect(fatals(server.lines)).toEqual([expect.stringMatching(/200 files.*too few.*ulimit -n/)])
  })

  test('a data folder that cannot be used: one line', async () => {
    const file = path.join(dataFolder, 'a-file')
    writeFileSync(file, '')
    const server = start({ CHOWKI_DATA: file })
    expect(await server.ended).toBe(1)
    expect(fatals(server.lines)).toHaveLength(1)
    expect(fatals(server.lines)[0]).toContain('CHOWKI_DATA')
  })
})
