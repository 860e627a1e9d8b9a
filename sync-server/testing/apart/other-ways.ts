/** Ways past the routes' own input: methods that an address does not have, and tokens put together from two desks. */
import type { HTTPMethods } from 'fastify'
import { newId } from '../test-society.ts'
import type { Attempt, Ground } from './attempts.ts'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

/** The address with what exists in the other society. */
const filled = (url: string, { foreign }: Ground): string =>
  url
    .replace('/photos/:id', `/photos/${foreign.photo.id}`)
    .replace(':societyId', foreign.device.society.societyId)
    .replace(':id', foreign.device.deviceId)
    .replace(':collection', 'visitors')

export function otherMethods(
  routes: ReadonlyMap<string, ReadonlySet<HTTPMethods>>,
  ground: Ground,
): Attempt[] {
  return [...routes].flatMap(([url, allowed]) =>
    methods
      .filter((method) => !allowed.has(method))
      .map((method) => ({ what: `${method} ${url}`, request: { method, url: filled(url, ground) } })),
  )
}

const forAll = [
  '/api/health',
  '/api/health/live',
  '/api/openapi.json',
  '/api/docs',
  '/api/docs/scalar.js',
  '/api/enrol',
]

export function foreignTokens(routeNames: readonly string[], ground: Ground): Attempt[] {
  const { own, foreign } = ground
  const [mine = '', theirs = ''] = [own, foreign].map(({ device }) => device.headers['authorization'])
  const [mySecret, theirSecret] = [own.device.secret, foreign.device.secret]
  const [mySociety, theirSociety] = [own.device.society.societyId, foreign.device.society.societyId]
  const tokens: Record<string, string> = {
    'their id, my secret': theirs.replace(theirSecret, mySecret),
    'my id, their secret': mine.replace(mySecret, theirSecret),
    'their secret alone': `Bearer ${theirSecret}`,
    'their token cut': theirs.slice(0, -1),
    'their token with a letter more': `${theirs}A`,
    'their token under another scheme': theirs.replace('Bearer', 'Basic'),
    'an id of nobody, their secret': theirs.replace(foreign.device.deviceId, newId()),
    'their desk with a used code’s secret': theirs.replace(theirSecret, foreign.codeUser.secret),
    'their society’s id for the desk’s': theirs.replace(foreign.device.deviceId, theirSociety),
    'my desk under their society': mine.replace(mySociety, theirSociety),
    'their desk under my society': theirs.replace(theirSociety, mySociety),
  }
  // A token that one of the changes leaves as it was would be let in.
  if (Object.values(tokens).some((token) => token === mine || token === theirs))
    throw new Error('an attempt with a whole token')
  return routeNames
    .filter((name) => !forAll.some((url) => name.endsWith(` ${url}`)))
    .flatMap((name) => {
      const [method = '', url = ''] = name.split(' ')
      return Object.entries(tokens).map(([what, authorization]) => ({
        what: `${name}: ${what}`,
        request: { method: method as 'GET', url: filled(url, ground), headers: { authorization } },
      }))
    })
}
