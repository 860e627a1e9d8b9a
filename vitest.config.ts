import { defineConfig } from 'vitest/config'

/** What a test needs of its surroundings is in its name: `.mongo.test.ts`, `.browser.test.ts`, `.electron.test.ts`. */
const suites = {
  unit: { include: ['**/*.test.{ts,tsx}'], exclude: ['**/*.{mongo,browser,electron}.test.{ts,tsx}'] },
  mongo: { include: ['**/*.mongo.test.ts'], exclude: [] },
  browser: { include: ['**/*.browser.test.{ts,tsx}'], exclude: [] },
  electron: { include: ['**/*.electron.test.ts'], exclude: [] },
}

const never = ['**/node_modules/**', '**/dist/**', 'release/**']

export default defineConfig({
  test: {
    // Two cores are what a small CI machine has, and a mongod or a browser runs beside.
    maxWorkers: 2,
    // For machines several times slower than the one on which a test was written: only a test that hangs takes so long.
    testTimeout: 60_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 45_000 } },
    projects: Object.entries(suites).map(([name, { include, exclude }]) => ({
      extends: true,
      test: {
        name,
        include,
        ...(name === 'browser' || name === 'electron' ? { testTimeout: 120_000 } : {}),
        exclude: [...never, ...exclude],
        globalSetup: name === 'unit' ? [] : ['build/services/test-services.ts'],
        // One window at a time on the one screen: tests of the shell measure focus and keys. Headless browsers have
        // each a focus of their own.
        fileParallelism: name !== 'electron',
      },
    })),
  },
})
