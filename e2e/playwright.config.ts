import { fileURLToPath } from 'node:url'
import { defineConfig } from '@playwright/test'

const resultsFolder = fileURLToPath(new URL('../test-results', import.meta.url))

/** One worker: the machines that run this have two cores, and a kiosk with its server needs both. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  globalSetup: './harness/global-setup.ts',
  workers: 1,
  fullyParallel: false,
  retries: 0,
  forbidOnly: process.env['CI'] !== undefined,
  // Only a spec that hangs takes this long, even on a machine that is several times slower.
  timeout: 300_000,
  expect: { timeout: 60_000 },
  outputDir: `${resultsFolder}/e2e`,
  reporter: [['list'], ['json', { outputFile: `${resultsFolder}/e2e.json` }]],
  use: {
    actionTimeout: 90_000,
    trace: { mode: 'retain-on-failure', screenshots: false, snapshots: true, sources: false },
  },
})
