import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { requireFreeDisk, requireNode, requirePlatform } from './preconditions.mjs'
import { errorToLine, Refusal } from './refusal.mjs'

const refusalOf = (work: () => void): string => {
  try {
    work()
    return ''
  } catch (error) {
    return errorToLine(error)
  }
}

describe('P8 one clear line and a remedy', () => {
  it('when Node is too old', () => {
    expect(refusalOf(() => requireNode('18.19.0'))).toMatch(
      /^chowki: Node 18\.19\.0 is too old.*Install Node 20/,
    )
    expect(refusalOf(() => requireNode('20.18.9'))).toContain('too old')
    expect(refusalOf(() => requireNode('20.19.0'))).toBe('')
    expect(refusalOf(() => requireNode('24.0.0'))).toBe('')
  })

  it('when the platform is another one', () => {
    expect(refusalOf(() => requirePlatform('win32', 'x64'))).toContain('Use Debian 12 or Ubuntu')
    expect(refusalOf(() => requirePlatform('linux', 'x64'))).toBe('')
  })

  it('when the disk has no room', () => {
    expect(refusalOf(() => requireFreeDisk('/tmp', Number.MAX_SAFE_INTEGER, 'this test'))).toMatch(
      /MB are free on the disk of \/tmp, and this test needs .* Free some space/,
    )
  })

  it('when the disk filled up on the way', () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    expect(errorToLine(full)).toBe(
      'chowki: The disk is full. Free some space, then run the same command again.',
    )
  })

  it('but a bug shows its stack', () => {
    expect(errorToLine(new TypeError('x'))).toContain('refusals.test.ts')
    expect(errorToLine(new Refusal('a.', 'b.'))).toBe('chowki: a. b.')
  })

  it('when the command is none', () => {
    const bootstrap = join(dirname(import.meta.dirname), 'bootstrap.mjs')
    const { status, stderr } = spawnSync(process.execPath, [bootstrap, 'strat'], { encoding: 'utf8' })
    expect(status).toBe(1)
    expect(stderr).toMatch(/^chowki: There is no task "strat"\. Use one of: start, test, check/)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })
})
