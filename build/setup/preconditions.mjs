// @ts-check
import { mkdirSync, statfsSync } from 'node:fs'
import { Refusal } from './refusal.mjs'

const oldestNode = [20, 19]

/** @param {string} version as in process.versions.node */
export const requireNode = (version) => {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [oldestMajor = 0, oldestMinor = 0] = oldestNode
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return
  throw new Refusal(
    `Node ${version} is too old: set-up needs ${oldestNode.join('.')} or newer.`,
    'Install Node 20 or newer, then run the same command again.',
  )
}

/**
 * @param {string} platform
 * @param {string} arch
 */
export const requirePlatform = (platform, arch) => {
  if (platform === 'linux' && (arch === 'x64' || arch === 'arm64')) return
  throw new Refusal(
    `Set-up is made for Linux on x64 or arm64, and this is ${platform} on ${arch}.`,
    'Use Debian 12 or Ubuntu; a virtual machine will do.',
  )
}

/**
 * @param {string} folder
 * @param {number} neededBytes
 * @param {string} purpose
 */
export const requireFreeDisk = (folder, neededBytes, purpose) => {
  mkdirSync(folder, { recursive: true })
  const { bavail, bsize } = statfsSync(folder)
  const freeBytes = bavail * bsize
  if (freeBytes >= neededBytes) return
  throw new Refusal(
    `${toMegabytes(freeBytes)} MB are free on the disk of ${folder}, and ${purpose} needs ${toMegabytes(neededBytes)} MB.`,
    'Free some space, then run the same command again.',
  )
}

/** @param {number} bytes */
const toMegabytes = (bytes) => Math.floor(bytes / 1_000_000)
