// @ts-check
/**
 * A lock that the kernel frees when its holder dies, by whatever death. Node has no flock(2), so util-linux's `flock`
 * (essential on Debian and Ubuntu) holds it for as long as our end of a pipe is open. A file with a process id in it
 * was rejected: after a power cut such a file needs guessing, and two waiters can guess alike.
 */
import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { Socket } from 'node:net'
import { dirname } from 'node:path'
import { Refusal } from './refusal.mjs'

const lockIsHeldElsewhere = 75
const tellsOfConflict = ['--conflict-exit-code', String(lockIsHeldElsewhere)]
/** A holder that was killed a moment ago has not let go yet; who starts again at once is not told of another one. */
const dyingHolderSeconds = '2'

/**
 * @param {string} path
 * @returns {Promise<(() => Promise<void>) | null>} a function that frees the lock, or null when another holds it
 */
export const tryLock = (path) => holdLock(path, ['--wait', dyingHolderSeconds, ...tellsOfConflict])

/**
 * @param {string} path
 * @param {() => void} onWait called once when another process holds the lock
 * @returns {Promise<() => Promise<void>>} a function that frees the lock
 */
export const waitForLock = async (path, onWait) => {
  const atOnce = await holdLock(path, ['--nonblock', ...tellsOfConflict])
  if (atOnce) return atOnce
  onWait()
  const later = await holdLock(path, [])
  if (!later) throw new Error(`flock gave up waiting for ${path}`)
  return later
}

/**
 * @param {string} path
 * @param {string[]} options
 * @returns {Promise<(() => Promise<void>) | null>}
 */
const holdLock = (path, options) => {
  mkdirSync(dirname(path), { recursive: true })
  // Detached, so that Ctrl-C in the terminal does not free the lock before the holder has cleaned up.
  const holder = spawn('flock', [...options, path, 'sh', '-c', 'echo held; exec cat >/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  })
  const ended = new Promise((resolve) => holder.once('close', resolve))
  const release = async () => {
    holder.ref()
    holder.stdin.end()
    await ended
  }
  return new Promise((resolve, reject) => {
    holder.once('error', () =>
      reject(new Refusal('The program flock is missing.', 'Install it with: apt-get install util-linux')),
    )
    holder.stdout.once('data', () => {
      letEnd(holder)
      resolve(release)
    })
    holder.once('close', (code) => {
      if (code === lockIsHeldElsewhere) resolve(null)
      else reject(new Error(`flock ended with ${code} for ${path}`))
    })
  })
}

/**
 * A lock that is kept to the end must not keep its process from ending.
 * @param {import('node:child_process').ChildProcessByStdio<import('node:stream').Writable, import('node:stream').Readable, null>} holder
 */
const letEnd = (holder) => {
  holder.unref()
  for (const pipe of [holder.stdin, holder.stdout]) {
    if (pipe instanceof Socket) pipe.unref()
  }
}
