/** `npm run check`: types, lint with the import rules, formatting. */
import { say } from '../setup/terminal.mjs'
import { checks } from './checks.ts'
import { runAsTask } from './run-as-task.ts'
import { runStep } from './run-step.ts'

await runAsTask(async (stop) => {
  let failed = 0
  for (const { name, command, args } of checks) {
    if (stop.aborted) return 1
    say(`Checking ${name} ...`)
    if ((await runStep(command, args, { stop })) !== 0) failed += 1
  }
  say(failed === 0 ? 'All checks passed.' : `${failed} of ${checks.length} checks failed.`)
  return failed === 0 ? 0 : 1
})
