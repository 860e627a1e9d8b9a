import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { fitConnections, limitConnections, otherDescriptors, readDescriptorsMax } from './connection-limit.ts'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

test('what the system allows, or does not tell, changes nothing where it suffices', () => {
  for (const descriptors of [2_000 + otherDescriptors, 1_000_000, null]) {
    expect(fitConnections(2_000, descriptors)).toEqual({ connectionsMax: 2_000, warning: null })
  }
})

test('fewer descriptors than wanted: as many connections as fit, and one line with a remedy', () => {
  const { connectionsMax, warning } = fitConnections(10_000, 1_024)
  expect(connectionsMax).toBe(1_024 - otherDescriptors)
  for (const part of ['1024', '10000', 'ulimit -n', `${10_000 + otherDescriptors}`, 'CHOWKI_CONNECTIONS_MAX'])
    expect(warning).toContain(part)
})

test('with too few descriptors for any service it does not start', () => {
  expect(() => fitConnections(2_000, otherDescriptors)).toThrow(/ulimit -n/)
  expect(fitConnections(4, otherDescriptors + 4)).toEqual({ connectionsMax: 4, warning: null })
})

test('the limit of this process is read, and null where none is told', () => {
  expect(readDescriptorsMax()).toBeGreaterThan(0)
  const folder = mkdtempSync(path.join(tmpdir(), 'chowki-limits-'))
  cleanups.push(() => rmSync(folder, { recursive: true }))
  const limits = path.join(folder, 'limits')
  writeFileSync(limits, 'Max processes   95921   95921   processes\nMax open files   1024   4096   files\n')
  expect(readDescriptorsMax(limits)).toBe(1_024)
  writeFileSync(limits, 'Max open files   unlimited   unlimited   files\n')
  expect(readDescriptorsMax(limits)).toBeNull()
  expect(readDescriptorsMax(path.join(folder, 'none'))).toBeNull()
})

test('connections beyond the limit are closed, and one line in a minute says so', async () => {
  const server = createServer((_, response) => response.end())
  cleanups.push(
    () => server.closeAllConnections(),
    () => server.close(),
  )
  const lines: string[] = []
  let time = 0
  limitConnections(server, 2, { warn: (line) => lines.push(line) }, () => time)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const open = async (): Promise<Socket> => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    cleanups.push(() => socket.destroy())
    await once(socket, 'connect')
    return socket
  }
  const refused = async (): Promise<void> => void (await once((await open()).resume(), 'close'))
  const [first] = [await open(), await open()]
  await refused()
  await refused()
  expect(lines).toEqual([expect.stringMatching(/^1 connections .* 2 are open.*CHOWKI_CONNECTIONS_MAX/)])
  time = 60_000
  await refused()
  expect(lines[1]).toMatch(/^2 connections/)
  first?.write('GET / HTTP/1.1\r\nhost: here\r\n\r\n')
  const [answer] = (await once(first as Socket, 'data')) as [Buffer]
  expect(answer.toString()).toMatch(/^HTTP\/1.1 200/)
})
