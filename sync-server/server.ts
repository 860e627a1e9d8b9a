/** Composition root: environment, keys, database, demonstration, app, port; and the way back. */
import process from 'node:process'
import { collections } from '@chowki/shared/collections/registry.ts'
import type { FastifyInstance } from 'fastify'
import { buildApp } from './app.ts'
import { readConfig } from './config.ts'
import type { ServerConfig } from './config.ts'
import type { Followers } from './followers/start-followers.ts'
import { fitConnections, readDescriptorsMax } from './http/connection-limit.ts'
import { fillDemo } from './demo/fill-demo.ts'
import { openServerData } from './open-data.ts'
import type { ServerData } from './open-data.ts'
import { loadKeys } from './ops/keys/key-files.ts'
import type { ServerKeys } from './ops/keys/key-files.ts'
import { createLogger } from './ops/logging/create-logger.ts'
import type { Logger } from './ops/logging/create-logger.ts'
import { personalFieldNames } from './ops/logging/redaction.ts'
import { createPhotoCipher } from './gate/photos/photo-repository.ts'
import { followSocieties } from './product-followers.ts'
import { explainStartFailure } from './start-failure.ts'

const closeWithinMs = 10_000
const personalNames = personalFieldNames(Object.values(collections).map(({ schema }) => schema))

await main()

async function main(): Promise<void> {
  const config = readConfig(process.env)
  if (!config.ok) {
    const logger = createLogger({ level: 'fatal', personalNames })
    for (const problem of config.error) logger.fatal(problem)
    process.exitCode = 1
    return
  }
  const logger = createLogger({ level: config.value.logLevel, personalNames })
  try {
    await start(config.value, logger)
  } catch (error) {
    logger.fatal({ err: error }, explainStartFailure(error, config.value))
    process.exit(1)
  }
}

async function start(config: ServerConfig, logger: Logger): Promise<void> {
  const keys = await loadKeys(config)
  const database = await openServerData({
    url: config.mongodbUrl,
    name: config.mongodbDatabase,
    onListenerError: (error) => logger.error({ err: error }, 'a listener of commits failed'),
    sealingKeys: keys.photoKeys,
    now: Date.now,
    onQuarantineDropped: (societyId, deviceId, count) =>
      logger.warn({ societyId, deviceId, count }, 'the oldest refused rows of a device were dropped'),
  })
  await database.setUp()
  if (config.demo) {
    const outcome = await fillDemo({ ...database, dataFolder: config.dataFolder, now: Date.now })
    logger.info(outcome, 'demonstration society')
  }
  const app = await buildServer(config, keys, database, logger)
  warnOfPlainHttp(config, logger)
  followWhileListening(app, database, logger)
  stopOnSignals(app, database, logger)
  await app.listen({ host: config.host, port: config.port })
  announce(app, logger)
}

function buildServer(
  config: ServerConfig,
  keys: ServerKeys,
  database: ServerData,
  logger: Logger,
): Promise<FastifyInstance> {
  return buildApp({
    ...database,
    logger,
    now: Date.now,
    cipher: createPhotoCipher(keys.photoKeys),
    adminKey: keys.adminKey,
    pingDatabase: database.ping,
    kioskFolder: config.kioskFolder,
    trustedProxies: config.trustedProxies,
    connectionsMax: connectionsThatFit(config, logger),
  })
}

function followWhileListening(app: FastifyInstance, database: ServerData, logger: Logger): void {
  let followers: Followers | undefined
  app.addHook('onListen', async () => {
    followers = followSocieties(database, logger)
  })
  app.addHook('onClose', async () => followers?.stop())
}

function connectionsThatFit({ connectionsMax: wanted }: ServerConfig, logger: Logger): number {
  const { connectionsMax, warning } = fitConnections(wanted, readDescriptorsMax())
  if (warning !== null) logger.warn(warning)
  return connectionsMax
}

/** Tokens and names cross the wire: beyond this machine they need TLS, which a proxy in front gives. */
function warnOfPlainHttp({ host, trustedProxies }: ServerConfig, logger: Logger): void {
  if (/^(127\.|::1$|localhost$)/.test(host) || trustedProxies.length > 0) return
  logger.warn(
    'This server speaks plain HTTP to the network. Put a TLS proxy in front and name it in CHOWKI_TRUSTED_PROXY.',
  )
}

/** Whatever the level: who started this process waits for the line. */
function announce(app: FastifyInstance, logger: Logger): void {
  const address = app.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  logger.child({}, { level: 'info' }).info({ port }, 'listening')
}

function stopOnSignals(app: FastifyInstance, database: ServerData, logger: Logger): void {
  let isStopping = false
  const stop = async (signal: string): Promise<void> => {
    if (isStopping) return
    isStopping = true
    logger.info({ signal }, 'stopping')
    // A request that does not end must not hold the machine's shutdown; its sender will repeat it.
    setTimeout(() => app.server.closeAllConnections(), closeWithinMs).unref()
    await app.close()
    await database.close()
    logger.info('stopped')
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      stop(signal).catch((error: unknown) => {
        logger.fatal({ err: error }, 'could not stop cleanly')
        process.exit(1)
      })
    })
  }
  process.on('unhandledRejection', (error) => {
    logger.fatal({ err: error }, 'unhandled rejection')
    process.exit(1)
  })
}
