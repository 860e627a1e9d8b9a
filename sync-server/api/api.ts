/**
 * The resources: every collection of the registry under `/api/v1/societies/:societyId/:collection`, through a few routes
 * that read all they need to know of a collection from its one definition. The society stands in the address, as
 * everything is of one society and nothing is asked for without it: a request that forgets it cannot be written.
 */
import type { FastifyInstance } from 'fastify'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import { adminOf, hasAdminKey } from '../auth/device-auth.ts'
import { readJsonAs } from '../http/bodies.ts'
import { sendProblem, toProblem } from '../http/problem.ts'
import type { Records } from '../records/records.ts'
import { createCursors } from './cursor.ts'
import { ResourceRefused } from './problems.ts'
import { bulkRoutes } from './bulk-routes.ts'
import { problemOf } from './record-problems.ts'
import { readRoutes } from './read-routes.ts'
import { createResourceReads } from './reading.ts'
import { createSocieties } from './societies.ts'
import { writeRoutes } from './write-routes.ts'

export interface ApiParts {
  readonly records: Records
  readonly adminKey: string
  /** Epoch milliseconds. */
  readonly now: () => number
}

/** Register in a scope of its own. */
export async function resourceApi(scope: FastifyInstance, parts: ApiParts): Promise<void> {
  const { records, adminKey } = parts
  scope.addHook('onRequest', async (request) => {
    if (!hasAdminKey(request, adminKey)) throw unauthenticated()
  })
  scope.setErrorHandler((error, _request, reply) => {
    const problem = problemOf(error)
    if (problem) return sendProblem(reply, problem)
    // To the handler of all routes.
    throw error
  })
  // The answers are of many forms, by their collection; what may be in them is chosen where they are made.
  scope.setSerializerCompiler(() => JSON.stringify)
  readJsonAs(scope, 'application/merge-patch+json')
  const places = { societies: createSocieties(records), callerOf: adminOf }
  readRoutes(scope, { ...places, reading: createResourceReads(records, createCursors(adminKey)) })
  writeRoutes(scope, { ...places, ...parts })
  bulkRoutes(scope, { ...places, ...parts })
}

function unauthenticated(): ResourceRefused {
  const problem = toProblem(chowkiError('unauthenticated', { message: 'No valid admin key was sent.' }))
  return new ResourceRefused({
    ...problem,
    remedy: 'Send the server’s admin key: `Authorization: Bearer …`.',
  })
}
