// @ts-check
/**
 * Entry of every npm command. Runs on the machine's own Node (20 or newer) with nothing installed: brings
 * node_modules into line with the lock, then runs the task on the Node that the lock names.
 */
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { waitForLock } from './setup/file-lock.mjs'
import { runGuarded } from './setup/guarded-child.mjs'
import { installPackages } from './setup/installed-packages.mjs'
import { requireNode, requirePlatform } from './setup/preconditions.mjs'
import { errorToExitCode, errorToLine, Refusal } from './setup/refusal.mjs'
import { say } from './setup/terminal.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** @type {Record<string, string>} */
const tasks = {
  start: 'build/tasks/start.ts',
  test: 'build/tasks/test.ts',
  check: 'build/tasks/check.ts',
  dist: 'build/tasks/dist.ts',
  screenshots: 'build/tasks/screenshots.ts',
  bench: 'e2e/bench/main.ts',
  soak: 'build/tasks/soak.ts',
  'power-cuts': 'e2e/outages/main.ts',
  fuzz: 'build/tasks/fuzz.ts',
  measure: 'build/tasks/measure.ts',
  relevance: 'renderer/testing/relevance/main.ts',
  provision: 'build/tasks/provision.ts',
}

const main = async () => {
  const [name = '', ...args] = process.argv.slice(2)
  const script = tasks[name]
  if (script === undefined) {
    throw new Refusal(`There is no task "${name}".`, `Use one of: ${Object.keys(tasks).join(', ')}.`)
  }
  requireNode(process.versions.node)
  requirePlatform(process.platform, process.arch)
  const release = await waitForLock(join(root, '.chowki', 'set-up.lock'), () =>
    say('Another command sets up this clone; waiting for it ...'),
  )
  try {
    await installPackages(root)
  } finally {
    await release()
  }
  const bin = join(root, 'node_modules', '.bin')
  const { code } = await runGuarded(join(bin, 'node'), [join(root, script), ...args], {
    cwd: root,
    channel: true,
    env: { ...process.env, ...proxyForFetch(), PATH: `${bin}:${process.env['PATH'] ?? ''}` },
  })
  return code
}

/** Node's fetch heeds the usual proxy variables only when told to. */
const proxyForFetch = () => {
  const names = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy']
  return names.some((name) => process.env[name]) ? { NODE_USE_ENV_PROXY: '1' } : {}
}

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`${errorToLine(error)}\n`)
  process.exitCode = errorToExitCode(error)
}
