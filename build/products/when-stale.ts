/** Makes a thing again only when something that it is made of has changed. */
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { waitForLock } from '../setup/file-lock.mjs'
import { say } from '../setup/terminal.mjs'

export interface Product {
  readonly name: string
  /** Globs below the root. */
  readonly madeOf: readonly string[]
  /** What else decides about the result, e.g. the version of Electron. */
  readonly alsoOf?: readonly string[]
  /** A file that is there when the thing is. */
  readonly proof: string
  readonly make: () => Promise<void>
}

export const whenStale = async (root: string, product: Product): Promise<void> => {
  const stamp = join(root, '.chowki', 'made', product.name)
  const release = await waitForLock(`${stamp}.lock`, () =>
    say(`Another command makes ${product.name}; waiting ...`),
  )
  try {
    const inputs = hashOfInputs(root, product)
    if (existsSync(product.proof) && existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs) return
    rmSync(stamp, { force: true })
    await product.make()
    mkdirSync(dirname(stamp), { recursive: true })
    writeFileSync(stamp, inputs)
  } finally {
    await release()
  }
}

const hashOfInputs = (root: string, { madeOf, alsoOf = [] }: Product): string => {
  const hash = createHash('sha256').update(JSON.stringify(alsoOf))
  const exclude = (path: string): boolean => /(^|\/)(node_modules|dist)(\/|$)/.test(path)
  for (const path of globSync([...madeOf], { cwd: root, exclude }).toSorted()) {
    const file = join(root, path)
    if (statSync(file).isFile()) hash.update(`${path}\0`).update(readFileSync(file)).update('\0')
  }
  return hash.digest('hex')
}
