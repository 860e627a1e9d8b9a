import { expect, it } from 'vitest'
import { missingPackages, operatingSystem } from './system-packages.ts'

it('P8 asks for missing system packages only, under whichever name a release has them', async () => {
  const wanted = [
    'bash',
    'no-such-package-here',
    ['no-such-name', 'coreutils'],
    ['no-such-name', 'nor-this'],
  ] as const
  expect(await missingPackages(wanted)).toEqual(['no-such-package-here', ['no-such-name', 'nor-this']])
})

it('P8 knows the distribution', () => {
  expect(operatingSystem().id).toMatch(/^[a-z]+$/)
})
