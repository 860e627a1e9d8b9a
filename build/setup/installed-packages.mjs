// @ts-check
/**
 * Keeps node_modules equal to package-lock.json. A stamp with the lock's hash is written only after npm has
 * succeeded; a mark beside it says that an install has begun, so that an interrupted one is always redone.
 */
import { createHash } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runGuarded } from './guarded-child.mjs'
import { requireFreeDisk } from './preconditions.mjs'
import { Refusal } from './refusal.mjs'
import { say, sayWhileWaiting } from './terminal.mjs'

const neededBytes = 1_500_000_000

/** @param {string} root */
const stampPath = (root) => join(root, 'node_modules', '.chowki-stamp')
/** @param {string} root */
const unfinishedPath = (root) => join(root, '.chowki', 'install-unfinished')

/**
 * @param {string} root the clone
 * @param {{ install?: (root: string) => Promise<void> }} [parts] for tests
 */
export const installPackages = async (root, { install = runNpmCi } = {}) => {
  if (packagesFit(root)) return
  requireFreeDisk(root, neededBytes, 'installing the packages')
  mkdirSync(dirname(unfinishedPath(root)), { recursive: true })
  writeFileSync(unfinishedPath(root), '')
  await install(root)
  writeFileSync(stampPath(root), lockHash(root))
  rmSync(unfinishedPath(root))
}

/**
 * @param {string} root
 * @returns {boolean}
 */
export const packagesFit = (root) => {
  if (existsSync(unfinishedPath(root))) return false
  if (readIfThere(stampPath(root)) === lockHash(root))
    return existsSync(join(root, 'node_modules', '.bin', 'node'))
  return installedByHand(root)
}

/**
 * After a person's own `npm install`, npm's record of what it installed equals the lock: no reason to do it again.
 * @param {string} root
 */
const installedByHand = (root) => {
  const record = readIfThere(join(root, 'node_modules', '.package-lock.json'))
  if (record === null) return false
  /** @type {Record<string, LockedPackage>} */
  const installed = JSON.parse(record).packages
  /** @type {Record<string, LockedPackage>} */
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
  return Object.entries(locked).every(([path, { version, optional, link }]) => {
    if (!path.startsWith('node_modules/') || link) return true
    const found = installed[path]
    if (!found) return optional === true
    return found.version === version && existsSync(join(root, path, 'package.json'))
  })
}

/** @typedef {{ version?: string, optional?: boolean, link?: boolean }} LockedPackage */

/** @param {string} root */
const lockHash = (root) =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(`${process.platform}-${process.arch}`)
    .digest('hex')

/** @param {string} path */
const readIfThere = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : null)

/**
 * Install scripts stay off: none of our dependencies needs its own, some npm versions block them anyway, and
 * one that is off cannot surprise. npm runs under a lock of its own, which it holds even when this process is
 * killed: a second set-up never meets a first one's npm.
 * @param {string} root
 */
const runNpmCi = async (root) => {
  const begunAt = Date.now()
  say('Installing the packages of package-lock.json (about 1 GB on disk, a minute or two) ...')
  const stopSaying = sayWhileWaiting(
    () => `  still installing packages, ${Math.round((Date.now() - begunAt) / 1000)} s`,
  )
  const logPath = join(root, '.chowki', 'npm-ci.log')
  const log = openSync(logPath, 'w')
  const npmCi = ['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const { code, stoppedBySignal } = await runGuarded('flock', [join(root, '.chowki', 'npm.lock'), ...npmCi], {
    cwd: root,
    outputTo: log,
    env: { ...process.env, PATH: pathWithoutPackageBins(process.env['PATH'] ?? '') },
  }).finally(() => {
    stopSaying()
    closeSync(log)
  })
  if (stoppedBySignal) {
    throw new Refusal('Stopped while installing packages.', 'The next run installs them again.', code)
  }
  if (code !== 0) throw npmFailure(logPath)
}

/** @param {string} logPath */
const npmFailure = (logPath) => {
  const reasons = readFileSync(logPath, 'utf8')
    .split('\n')
    .flatMap((line) => /^npm error (?!code )(?=\S)(.*)/.exec(line)?.[1] ?? [])
  return new Refusal(
    `npm could not install the packages: ${reasons[0] ?? 'it gave no reason'} (all of it: ${logPath}).`,
    'Check that the registry answers (npm ping) and that the disk has room, then run the same command again.',
  )
}

/**
 * `npm run` puts node_modules/.bin first, and `npm ci` deletes that folder: npm must not run on the Node inside it.
 * @param {string} path
 */
const pathWithoutPackageBins = (path) =>
  path
    .split(':')
    .filter((folder) => !folder.endsWith('/node_modules/.bin'))
    .join(':')
