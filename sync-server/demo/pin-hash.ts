import { randomBytes } from 'node:crypto'
import { argon2id } from 'hash-wasm'

/** OWASP's smallest recommended setting: half a second would be felt at a gate, and the PIN's attempts are limited. */
export const hashPin = (pin: string): Promise<string> =>
  argon2id({
    password: pin,
    salt: randomBytes(16),
    parallelism: 1,
    iterations: 2,
    memorySize: 19_456,
    hashLength: 32,
    outputType: 'encoded',
  })
