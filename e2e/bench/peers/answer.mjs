/** A peer's program: one message in, one answer out; it ends with the bench. Its packages lie in a folder of their own. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import process from 'node:process'

/**
 * @template T
 * @param {(task: { packages: string } & Record<string, unknown>, require: NodeJS.Require) => Promise<T>} work `task.packages` is the folder with node_modules.
 */
export function answer(work) {
  process.on('disconnect', () => process.exit())
  process.once('message', (task) => {
    work(task, createRequire(join(task.packages, 'package.json'))).then(
      (result) => process.send({ result }),
      (error) => process.send({ error: String(error?.message ?? error).split('\n', 1)[0] }),
    )
  })
}
