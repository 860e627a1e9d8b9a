/** The admin's commands on the server's machine. Answers go to stdout, everything else to stderr. */
import process from 'node:process'
import { parseArgs } from 'node:util'
import { commands, usage } from './commands.ts'
import type { CliOptions } from './commands.ts'
import { CliProblem } from './cli-problem.ts'
import { toOutput } from './to-output.ts'
import { readConfig } from '../config.ts'
import { loadKeys } from '../ops/keys/key-files.ts'
import { openServerData } from '../open-data.ts'
import { explainStartFailure } from '../start-failure.ts'

process.exitCode = await main(process.argv.slice(2))

async function main(words: readonly string[]): Promise<number> {
  const asked = readCommand(words)
  const command = asked && Object.hasOwn(commands, asked.name) ? commands[asked.name] : undefined
  if (!asked || !command) return fail(usage)
  const config = readConfig(process.env)
  if (!config.ok) return fail(config.error.join('\n'))
  try {
    const keys = await loadKeys(config.value)
    const database = await openServerData({
      url: config.value.mongodbUrl,
      name: config.value.mongodbDatabase,
      onListenerError: () => undefined,
      sealingKeys: keys.photoKeys,
      now: Date.now,
    })
    try {
      const lines = await command(asked.options, { ...database, keys, config: config.value, now: Date.now })
      process.stdout.write(toOutput(lines))
      return 0
    } finally {
      await database.close()
    }
  } catch (error) {
    return fail(error instanceof CliProblem ? error.message : explainStartFailure(error, config.value))
  }
}

function fail(message: string): number {
  process.stderr.write(`${message}\n`)
  return 1
}

/** Null: not understood. */
function readCommand(words: readonly string[]): { name: string; options: CliOptions } | null {
  try {
    const { positionals, values } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        gate: { type: 'string' },
        society: { type: 'string' },
        name: { type: 'string' },
        limit: { type: 'string' },
        records: { type: 'boolean' },
      },
    })
    const [name = '', ...rest] = positionals
    return { name, options: { ...values, rest } }
  } catch {
    // Not understood: the caller prints how it is used.
    return null
  }
}
