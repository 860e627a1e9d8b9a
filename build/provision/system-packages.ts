/** Debian's and Ubuntu's own packages: only those that are missing, by root or by sudo that asks nothing. */
import { readFileSync } from 'node:fs'
import { Refusal } from '../setup/refusal.mjs'
import { say, sayWhileWaiting } from '../setup/terminal.mjs'
import { requireCommand, runCommand } from './run-command.ts'

/** One package; where releases name it differently, the names in order of preference. */
export type SystemPackage = string | readonly [string, ...string[]]

const noQuestions = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' }
const aptOptions = [
  '-o',
  'DPkg::Lock::Timeout=120',
  '-o',
  'Acquire::Retries=2',
  '-o',
  'Acquire::http::Timeout=30',
]

/** `debian`, `ubuntu`, or what /etc/os-release says; with its codename. */
export const operatingSystem = (): { id: string; codename: string } => {
  const fields = Object.fromEntries(
    readFileSync('/etc/os-release', 'utf8')
      .split('\n')
      .map((line) => line.split('='))
      .map(([name = '', ...value]) => [name, value.join('=').replaceAll('"', '')]),
  )
  return { id: fields['ID'] ?? 'unknown', codename: fields['VERSION_CODENAME'] ?? '' }
}

export const installSystemPackages = async (wanted: readonly SystemPackage[]): Promise<void> => {
  const missing = await missingPackages(wanted)
  if (missing.length === 0) return
  const asRoot = await rootCommand()
  if (asRoot === null) throw needsRoot(await Promise.all(missing.map(availableName)))
  await repairInterrupted(asRoot)
  say('Refreshing the list of system packages ...')
  // One dead source among several makes this fail; whether it matters is seen by the installation.
  await runCommand(...withRoot(asRoot, ['apt-get', ...aptOptions, 'update']), { env: noQuestions })
  const names = await Promise.all(missing.map(availableName))
  say(`Installing ${names.length} system packages: ${names.join(' ')}`)
  const begunAt = Date.now()
  const stopSaying = sayWhileWaiting(
    () => `  still installing system packages, ${Math.round((Date.now() - begunAt) / 1000)} s`,
  )
  const install = ['apt-get', ...aptOptions, 'install', '-y', '--no-install-recommends', ...names]
  await requireCommand(
    ...withRoot(asRoot, install),
    `Run it by hand to see more: sudo apt-get install ${names.join(' ')}`,
    { env: noQuestions },
  ).finally(stopSaying)
}

export const missingPackages = async (wanted: readonly SystemPackage[]): Promise<SystemPackage[]> => {
  const installed = await installedNames(wanted.flat())
  return wanted.filter((item) => ![item].flat().some((name) => installed.has(name)))
}

const installedNames = async (names: readonly string[]): Promise<Set<string>> => {
  const { code, stdout } = await runCommand('dpkg-query', [
    '-W',
    '-f',
    '${db:Status-Status} ${Package}\n',
    ...names,
  ])
  if (code === 127) {
    throw new Refusal('This system has no dpkg.', 'Use Debian 12 or Ubuntu; a virtual machine will do.')
  }
  const lines = stdout.split('\n').filter((line) => line.startsWith('installed '))
  return new Set(lines.map((line) => line.slice('installed '.length)))
}

/** Null where neither root nor a silent sudo is at hand. */
const rootCommand = async (): Promise<readonly string[] | null> => {
  if (process.getuid?.() === 0) return []
  const { code } = await runCommand('sudo', ['-n', 'true'])
  return code === 0 ? ['sudo', '-n', '--preserve-env=DEBIAN_FRONTEND,LC_ALL'] : null
}

const withRoot = (asRoot: readonly string[], command: readonly string[]): [string, string[]] => {
  const [program = '', ...args] = [...asRoot, ...command]
  return [program, args]
}

const needsRoot = (names: readonly string[]): Refusal =>
  new Refusal(
    'System packages are missing, and this user is neither root nor allowed to use sudo without a password.',
    `Run this once, then the same command again: sudo apt-get update && sudo apt-get install -y --no-install-recommends ${names.join(' ')}`,
  )

/** A dpkg that was cut off earlier refuses all work until it has been finished. */
const repairInterrupted = async (asRoot: readonly string[]): Promise<void> => {
  const { stdout } = await runCommand('dpkg', ['--audit'])
  if (stdout.trim() === '') return
  say('Finishing an interrupted installation of system packages ...')
  await runCommand(...withRoot(asRoot, ['dpkg', '--configure', '-a']), { env: noQuestions })
}

const availableName = async (item: SystemPackage): Promise<string> => {
  const names = [item].flat()
  for (const name of names) {
    const { stdout } = await runCommand('apt-cache', ['policy', name], { env: noQuestions })
    if (/Candidate: (?!\(none\))\S/.test(stdout)) return name
  }
  return names[0] ?? ''
}
