/** Which of many new records have a value that only one may have, asked at once rather than found one by one. */
import type { Problem } from '../http/problem.ts'
import type { FindWhere, Records } from '../records/records.ts'
import { resourceProblem } from './problems.ts'
import type { Resource } from './resource.ts'

type Sent = Readonly<Record<string, unknown>>

/** By place in `rows`; null stands for a row that is refused already. What comes between is refused by the store. */
export async function takenValues(
  records: Records,
  societyId: string,
  resource: Resource,
  rows: readonly (Sent | null)[],
): Promise<Map<number, Problem>> {
  const taken = new Map<number, Problem>()
  for (const fields of uniqueFields(resource)) {
    const valuesOf = (row: Sent) => JSON.stringify(fields.map((field) => row[field]))
    const asked = rows.flatMap((row) =>
      row && fields.every((field) => typeof row[field] === 'string') ? [row] : [],
    )
    if (asked.length === 0) continue
    const where: FindWhere = Object.fromEntries(
      fields.map((field) => [field, [...new Set(asked.map((row) => String(row[field])))]]),
    )
    const known = new Set(
      (await records.find(societyId, resource.name, where)).map((row) => valuesOf(row as Sent)),
    )
    rows.forEach((row, index) => {
      if (!row || !asked.includes(row)) return
      if (known.has(valuesOf(row)))
        taken.set(index, resourceProblem('value_taken', { field: fields.at(-1) ?? '' }))
      known.add(valuesOf(row))
    })
  }
  return taken
}

/** Of indexes on texts and ids at the top of a record; the others are left to the store. */
function uniqueFields({ definition, fields }: Resource): string[][] {
  return definition.mongoIndexes
    .filter(({ unique }) => unique)
    .map(({ keys }) => Object.keys(keys).slice(1))
    .filter((names) => names.length > 0 && names.every((name) => fields.get(name)?.type === 'string'))
}
