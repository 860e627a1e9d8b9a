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
  timeout: 120_000,
  expect: { timeout: 15_000 },
  outputDir: `${resultsFolder}/e2e`,
  reporter: [['list'], ['json', { outputFile: `${resultsFolder}/e2e.json` }]],
  use: { trace: { mode: 'retain-on-failure', screenshots: false, snapshots: true, sources: false } },
})
