/**
 * `npm start`: the gate and its server on this machine. Starts in order MongoDB, server, kiosk; stops in the opposite
 * order on Ctrl-C, when the kiosk's window is closed, or when one of them fails. With `--new-code` it prints a link for
 * one more browser: of the server that runs already, or of the one that it starts.
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { buildPage, packKiosk, pageFolder } from '../products/products.ts'
import type { Parts } from '../provision/provision.ts'
import { provision } from '../provision/provision.ts'
import { startMongod } from '../services/mongod.ts'
import { listenablePort } from '../services/ports.ts'
import { askSyncServer } from '../services/sync-server.ts'
import { tryLock } from '../setup/file-lock.mjs'
import { Refusal } from '../setup/refusal.mjs'
import { say } from '../setup/terminal.mjs'
import {
  browserDesk,
  enrolmentCode,
  enrolmentLink,
  forgetRunning,
  noteRunning,
  readRunning,
  serverAddress,
} from '../start/enrolment-link.ts'
import { StartedPrograms } from '../start/started-programs.ts'
import { hasDisplay, isEnrolled, startKiosk } from '../start/kiosk.ts'
import type { ServerSettings } from '../start/sync-server.ts'
import { serverEnv, startServer } from '../start/sync-server.ts'
import { runAsTask } from './run-as-task.ts'
import { root } from './run-step.ts'

const dataFolder = resolve(process.env['CHOWKI_DATA'] || join(root, '.chowki'))
const port = Number(process.env['CHOWKI_PORT'] || 4700)
const address = serverAddress({ port })
const wantsCode = process.argv.includes('--new-code')

await runAsTask(async (stop) => {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 })
  if (!(await lockDataFolder())) {
    if (wantsCode) return sayLink(await enrolmentLink(readRunning(dataFolder)))
    throw new Refusal(
      `Chowki runs already on the data folder ${dataFolder}.`,
      'Stop it (Ctrl-C in its terminal), or set CHOWKI_DATA and CHOWKI_PORT for a second one.',
    )
  }
  // Of a start that was killed.
  forgetRunning(dataFolder)
  await refuseTakenPort()
  const running = new StartedPrograms(stop)
  try {
    await Promise.race([begin(running), running.untilOver()])
    await running.untilOver()
  } finally {
    say('Stopping ...')
    forgetRunning(dataFolder)
    await running.stop()
  }
})

async function begin(running: StartedPrograms): Promise<void> {
  const withWindow = hasDisplay()
  const mongodbUrl = process.env['MONGODB_URL']
  const parts = await provision({ mongod: !mongodbUrl, electron: withWindow })
  await buildPage()
  const settings = {
    dataFolder,
    port,
    pageFolder,
    mongodbUrl: mongodbUrl || (await ownMongod(parts, running)),
  }
  say('Starting the sync server ...')
  running.add('The sync server', await startServer(settings), join(dataFolder, 'server.log'))
  noteRunning(settings)
  await (withWindow ? openWindow(parts, settings, running) : offerBrowser(settings))
  if (withWindow && wantsCode) sayLink(await enrolmentLink(settings))
  sayWhoMaySignIn()
  say('Ctrl-C stops everything. What was saved stays.')
}

async function lockDataFolder(): Promise<boolean> {
  return (await tryLock(join(dataFolder, 'start.lock'))) !== null
}

/** Before anything is fetched. */
async function refuseTakenPort(): Promise<void> {
  if (Number.isInteger(port) && port > 0 && (await listenablePort(port)) !== null) return
  throw new Refusal(
    `Port ${port} is taken.`,
    'Stop the program that uses it, or set CHOWKI_PORT to a free port.',
  )
}

async function ownMongod(parts: Parts, running: StartedPrograms): Promise<string> {
  if (parts.mongod === null) throw new Error('MongoDB was not provisioned.')
  say('Starting MongoDB ...')
  const folder = join(dataFolder, 'mongodb')
  const mongod = await startMongod({ program: parts.mongod, folder })
  running.add('MongoDB', mongod, join(folder, 'mongod.log'))
  return mongod.url
}

async function openWindow(parts: Parts, settings: ServerSettings, running: StartedPrograms): Promise<void> {
  if (parts.electron === null) throw new Error('Electron was not provisioned.')
  const profile = join(dataFolder, 'kiosk')
  const code = isEnrolled(profile) ? null : await enrolmentCode(settings, 'Desk on the server’s machine')
  const executable = await packKiosk(parts.electron)
  say(`Opening the kiosk; its records lie in ${profile}`)
  running.addWindow(
    'The kiosk',
    await startKiosk({ executable, profile, serverUrl: address }, code),
    (exitCode) => say(`The kiosk’s window ended (${exitCode}); the server goes on.`),
  )
}

/** An enrolled browser stays enrolled; --new-code is for another or a wiped one. */
async function offerBrowser(settings: ServerSettings): Promise<void> {
  const devices = await askSyncServer(serverEnv(settings), ['devices'])
  const isKnown = devices.some((line) => line.includes('\tActive\t') && line.endsWith(browserDesk))
  say('There is no display here, so the kiosk is served to a browser on this machine.')
  if (isKnown && !wantsCode) say(`  ${address}/`)
  else sayLink(await enrolmentLink(settings))
  say('For another browser, in another terminal: npm start -- --new-code')
}

function sayLink(link: string): void {
  say(`  ${link}   (good for 15 minutes, once)`)
}

function sayWhoMaySignIn(): void {
  say('Guards of the demonstration society, and their PINs:')
  for (const line of readFileSync(join(dataFolder, 'demo-guards.txt'), 'utf8').trim().split('\n')) {
    const [pin = '', role = '', name = ''] = line.split('\t')
    say(`  ${name} (${role}): ${pin}`)
  }
}
