import { existsSync } from 'node:fs'
import path from 'node:path'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import ipaddr from 'ipaddr.js'

export interface ServerConfig {
  /** Keys, and what the demonstration leaves behind. */
  readonly dataFolder: string
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly mongodbUrl: string
  readonly mongodbDatabase: string
  /** Addresses or networks of reverse proxies, whose `x-forwarded-for` is believed. */
  readonly trustedProxies: readonly string[]
  /** Open at once; a kiosk has one for its nudges and one or two for what it sends and asks. */
  readonly connectionsMax: number
  /** A built kiosk to serve to a browser on this machine. */
  readonly kioskFolder: string | null
  readonly demo: boolean
  readonly logLevel: LogLevel
  /** 32-byte keys as base64, the current one first; null: kept in a file of the data folder. */
  readonly photoKeys: readonly string[] | null
  readonly adminKey: string | null
}

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

/** One line for a person: what is wrong with which variable, and what to write instead. Never the value of a secret. */
export type ConfigProblem = string

type Environment = Readonly<Record<string, string | undefined>>
type Reader<T> = (value: string | undefined, problems: ConfigProblem[]) => T

/**
 * All problems at once: an admin should not have to start the server five times to find five of them. Not envalid's:
 * it answers `Invalid port input: "99999x"`, which names no remedy and repeats what may be a key.
 */
export function readConfig(environment: Environment): Result<ServerConfig, readonly ConfigProblem[]> {
  const problems: ConfigProblem[] = []
  const read = <T>(name: string, reader: Reader<T>): T =>
    reader(environment[name]?.trim() || undefined, problems)
  const config: ServerConfig = {
    dataFolder: read('CHOWKI_DATA', (value) => path.resolve(value ?? '.chowki')),
    host: read('CHOWKI_HOST', readHost),
    port: read('CHOWKI_PORT', readPort),
    mongodbUrl: read('MONGODB_URL', readMongodbUrl),
    mongodbDatabase: read('MONGODB_DATABASE', readDatabaseName),
    trustedProxies: read('CHOWKI_TRUSTED_PROXY', readTrustedProxies),
    connectionsMax: read('CHOWKI_CONNECTIONS_MAX', readConnectionsMax),
    kioskFolder: read('CHOWKI_SERVE_KIOSK', readKioskFolder),
    demo: read('CHOWKI_DEMO', readSwitch('CHOWKI_DEMO')),
    logLevel: read('CHOWKI_LOG_LEVEL', readLogLevel),
    photoKeys: read('CHOWKI_PHOTO_KEY', readPhotoKeys),
    adminKey: read('CHOWKI_ADMIN_KEY', readAdminKey),
  }
  return problems.length === 0 ? ok(config) : err(problems)
}

const readHost: Reader<string> = (value = '127.0.0.1', problems) => {
  if (!/^[0-9A-Za-z.:_-]{1,255}$/.test(value)) {
    problems.push(
      'CHOWKI_HOST is no host name or address. Set it to an address of this machine, e.g. 127.0.0.1.',
    )
  }
  return value
}

const readPort: Reader<number> = (value = '4700', problems) => {
  const port = /^[0-9]{1,5}$/.test(value) ? Number(value) : Number.NaN
  if (!(port <= 65_535))
    problems.push('CHOWKI_PORT is no port. Set it to a number from 0 to 65535, e.g. 4700.')
  return port
}

const readMongodbUrl: Reader<string> = (value, problems) => {
  if (value === undefined) {
    problems.push(
      'MONGODB_URL is not set. Set it to a MongoDB replica set, e.g. mongodb://127.0.0.1:27017/?replicaSet=rs0; `npm start` does it by itself.',
    )
  } else if (!/^mongodb(\+srv)?:\/\/[^\s/]/.test(value)) {
    problems.push(
      'MONGODB_URL is no MongoDB address. Begin it with mongodb:// or mongodb+srv:// and name a host.',
    )
  }
  return value ?? ''
}

const readDatabaseName: Reader<string> = (value = 'chowki', problems) => {
  if (!/^[A-Za-z0-9_-]{1,38}$/.test(value)) {
    problems.push(
      'MONGODB_DATABASE is no usable name. Use 1 to 38 letters, digits, dashes or underscores, e.g. chowki.',
    )
  }
  return value
}

const readTrustedProxies: Reader<readonly string[]> = (value, problems) => {
  const proxies = value?.split(',').map((proxy) => proxy.trim()) ?? []
  if (!proxies.every(isNetwork)) {
    problems.push(
      'CHOWKI_TRUSTED_PROXY is no address. Use addresses or networks with commas between, e.g. 127.0.0.1,10.0.0.0/8.',
    )
  }
  return proxies
}

/** In full: `isValid` alone also takes `10.1`, the short form of old programs. */
const isNetwork = (text: string): boolean =>
  text.includes('/')
    ? ipaddr.isValidCIDR(text) && isFull(text.split('/')[0] ?? '')
    : ipaddr.isValid(text) && isFull(text)

const isFull = (address: string): boolean =>
  address.includes(':') || ipaddr.IPv4.isValidFourPartDecimal(address)

/**
 * By default some 700 kiosks with three each, well within the 4,096 open files of the least generous service managers.
 * What an open stream costs is measured by `npm run bench -- streams`.
 */
const readConnectionsMax: Reader<number> = (value = '2000', problems) => {
  const count = /^[0-9]{1,7}$/.test(value) ? Number(value) : Number.NaN
  if (!(count >= 1 && count <= 1_000_000)) {
    problems.push(
      'CHOWKI_CONNECTIONS_MAX is no number of connections. Set it to a number from 1 to 1000000, e.g. 2000: three for each kiosk.',
    )
  }
  return count
}

const readKioskFolder: Reader<string | null> = (value, problems) => {
  if (value === undefined) return null
  const folder = path.resolve(value)
  if (!existsSync(path.join(folder, 'index.html'))) {
    problems.push(
      'CHOWKI_SERVE_KIOSK names a folder without index.html. Build the kiosk first, or leave the variable unset.',
    )
  }
  return folder
}

const readSwitch =
  (name: string): Reader<boolean> =>
  (value = '0', problems) => {
    if (value !== '0' && value !== '1')
      problems.push(`${name} is neither 0 nor 1. Set it to 1 for yes or 0 for no.`)
    return value === '1'
  }

const readLogLevel: Reader<LogLevel> = (value = 'info', problems) => {
  const level = logLevels.find((known) => known === value)
  if (level === undefined) problems.push(`CHOWKI_LOG_LEVEL is no level. Use one of ${logLevels.join(', ')}.`)
  return level ?? 'info'
}

const readPhotoKeys: Reader<readonly string[] | null> = (value, problems) => {
  if (value === undefined) return null
  const keys = value.split(',').map((key) => key.trim())
  if (!keys.every(isPhotoKey)) {
    problems.push(
      'CHOWKI_PHOTO_KEY is no key. Set it to 32 random bytes as base64 (`openssl rand -base64 32`); older keys follow after commas.',
    )
  }
  return keys
}

export const isPhotoKey = (text: string): boolean =>
  /^[A-Za-z0-9+/]{43}=$/.test(text) && Buffer.from(text, 'base64').length === 32

const readAdminKey: Reader<string | null> = (value, problems) => {
  if (value === undefined) return null
  if (!/^[\x21-\x7e]{32,256}$/.test(value)) {
    problems.push(
      'CHOWKI_ADMIN_KEY is too weak. Use 32 to 256 printable characters without spaces (`openssl rand -base64 32`).',
    )
  }
  return value
}
