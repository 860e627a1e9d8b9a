/** `node build/bootstrap.mjs provision`: fetches all parts and runs nothing. */
import { provision } from '../provision/provision.ts'
import { runAsTask } from './run-as-task.ts'

await runAsTask(async () => {
  await provision({ mongod: true, electron: true, desk: true, camera: true, browser: true })
})
