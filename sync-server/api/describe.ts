/** The resources in OpenAPI 3.1: each collection's own paths, parameters and schemas, made of its one definition. */
import { collections } from '@chowki/shared/collections/registry.ts'
import type { CollectionName } from '@chowki/shared/collections/registry.ts'
import { problemSchema } from '../http/problem.ts'
import { actions, mayDo } from './access.ts'
import type { Action } from './access.ts'
import {
  bulkCreate,
  bulkPatch,
  create,
  get,
  inPath,
  list,
  patch,
  plain,
  remove,
  society,
} from './describe-operations.ts'
import { resourceOf } from './resource.ts'
import type { Resource } from './resource.ts'

export function describeResources(): { paths: Record<string, object>; schemas: Record<string, object> } {
  const paths: Record<string, object> = {}
  const schemas: Record<string, object> = { Problem: plain(problemSchema) }
  for (const name of Object.keys(collections) as CollectionName[]) {
    const may = actions.filter((action) => mayDo({ kind: 'admin' }, action, name))
    if (may.length === 0) continue
    const resource = resourceOf(name)
    const title = titleOf(name)
    schemas[title] = plain(resource.shownSchema)
    if (may.includes('create')) schemas[`New${title}`] = plain(resource.newSchema)
    if (may.includes('patch')) schemas[`${title}Patch`] = plain(resource.patchSchema)
    Object.assign(paths, pathsOf(resource, title, may))
  }
  return { paths, schemas }
}

const titleOf = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)

function pathsOf(resource: Resource, title: string, may: readonly Action[]): Record<string, object> {
  const base = `/api/v1/societies/{societyId}/${resource.name}`
  const with_ = (action: Action, operation: object) => (may.includes(action) ? operation : {})
  const bulk = {
    ...with_('create', { post: bulkCreate(title) }),
    ...with_('patch', { patch: bulkPatch(title) }),
  }
  return {
    [base]: {
      parameters: [society],
      ...with_('list', { get: list(resource, title) }),
      ...with_('create', { post: create(title) }),
    },
    [`${base}/{id}`]: {
      parameters: [society, inPath('id', `Of one of the ${resource.name}.`)],
      ...with_('get', { get: get(resource, title) }),
      ...with_('patch', { patch: patch(title) }),
      ...with_('remove', { delete: remove(title) }),
    },
    ...(Object.keys(bulk).length > 0 ? { [`${base}/bulk`]: { parameters: [society], ...bulk } } : {}),
  }
}
