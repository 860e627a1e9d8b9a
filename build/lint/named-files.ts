/** A comment that sends its reader to another file names one that is there. */
import { parseSync } from 'vite'

const fileName = /(?<![\w./@*-])(?:\.\/)?((?:[a-z0-9-]+\/)*[a-z0-9][a-z0-9.-]*\.(?:tsx?|mjs))\b/g

/** The files that the comments of `source` name, as they name them. `file` says by its ending how to read the source. */
export function filesNamedIn(source: string, file: string): string[] {
  const { comments, errors } = parseSync(file, source)
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`)
  return comments.flatMap(({ value }) => [...value.matchAll(fileName)].map(([, name = '']) => name))
}

/** `name` may leave out the folders before it. */
export const isNameOf = (name: string, path: string): boolean => path === name || path.endsWith(`/${name}`)
