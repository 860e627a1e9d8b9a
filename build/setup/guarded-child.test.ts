import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'chowki-guarded-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/**
 * A guard whose child starts a grandchild in a session of its own, which ignores TERM and outlives its parent:
 * the worst that a browser or a database could do.
 */
const startGuard = async (name: string, childScript: string) => {
  const pidFile = join(folder, `${name}.pid`)
  const grandchild = `trap "" TERM; echo $$ > ${pidFile}; while true; do sleep 1; done`
  const scriptPath = join(folder, `${name}.sh`)
  writeFileSync(scriptPath, `setsid sh -c '${grandchild}' &\n${childScript}\n`)
  const guard = `
    import { runGuarded } from ${JSON.stringify(join(import.meta.dirname, 'guarded-child.mjs'))}
    const { code } = await runGuarded('sh', [${JSON.stringify(scriptPath)}], { cwd: '/', env: process.env })
    process.exitCode = code`
  const process_ = spawn(process.execPath, ['--input-type=module', '-e', guard], { stdio: 'ignore' })
  const ended = once(process_, 'exit')
  for (let waited = 0; waited < 100 && readPid(pidFile) === 0; waited += 1) await sleep(50)
  return { process: process_, ended, grandchild: readPid(pidFile) }
}

const readPid = (path: string): number => {
  try {
    return Number(readFileSync(path, 'utf8'))
  } catch {
    return 0
  }
}

/** A process that ended but was not waited for by its foster parent is still listed, as Z. */
const isAlive = (pid: number): boolean => {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') Z ')
  } catch {
    return false
  }
}

describe('P8 nothing is left running', () => {
  it('after the command has ended by itself, and its exit code is passed on', async () => {
    const guard = await startGuard('ended', 'sleep 1; exit 7')
    expect(guard.grandchild).toBeGreaterThan(0)
    expect((await guard.ended)[0]).toBe(7)
    expect(isAlive(guard.grandchild)).toBe(false)
  })

  it('after Ctrl-C, whose exit code is 130', async () => {
    const guard = await startGuard('interrupted', 'sleep 60')
    guard.process.kill('SIGINT')
    expect((await guard.ended)[0]).toBe(130)
    expect(isAlive(guard.grandchild)).toBe(false)
  })
})
