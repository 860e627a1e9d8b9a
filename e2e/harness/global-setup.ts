/** Fails before the first spec with one line about what is missing. */
import { mongodbTestUrl } from '../../build/services/mongodb-test-url.ts'
import { packagedAppPath } from './app-path.ts'

export default function globalSetup(): void {
  packagedAppPath()
  mongodbTestUrl()
  if (process.env['DISPLAY'] === undefined)
    throw new Error('DISPLAY is not set. Run `npm test`, which starts an X server for the tests.')
}
