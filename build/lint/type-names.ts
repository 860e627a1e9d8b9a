/** One meaning for each word: an exported type has a name that no other file exports. */
import { parseSync } from 'vite'

export interface TypeName {
  readonly name: string
  readonly file: string
}

/** `file` says by its ending how to read the source. Throws where it cannot be read. */
export function exportedTypes(source: string, file: string): TypeName[] {
  const { program, errors } = parseSync(file, source)
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`)
  return program.body.flatMap((statement) => {
    if (statement.type !== 'ExportNamedDeclaration') return []
    const { declaration } = statement
    const isType =
      declaration?.type === 'TSInterfaceDeclaration' ||
      declaration?.type === 'TSTypeAliasDeclaration' ||
      declaration?.type === 'TSEnumDeclaration' ||
      declaration?.type === 'ClassDeclaration'
    return isType && declaration.id !== null ? [{ name: declaration.id.name, file }] : []
  })
}

/** The names that more than one file declares, with those files; none where each word has one meaning. */
export function sharedNames(types: readonly TypeName[]): string[] {
  const filesByName = Map.groupBy(types, ({ name }) => name)
  return [...filesByName]
    .filter(([, found]) => found.length > 1)
    .map(([name, found]) => `${name}: ${found.map(({ file }) => file).join(', ')}`)
    .toSorted()
}
