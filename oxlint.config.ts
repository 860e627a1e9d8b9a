import { defineConfig } from 'oxlint'
import type { OxlintOverride } from 'oxlint'
import { layers } from './build/lint/import-rules.ts'

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'promise', 'vitest', 'node'],
  categories: { correctness: 'error', suspicious: 'error' },
  ignorePatterns: ['**/dist/**', 'release/**', 'test-results/**'],
  rules: {
    'import/no-cycle': 'error',
    'import/no-default-export': 'error',
    'oxc/no-barrel-file': 'error',
    'no-console': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/ban-ts-comment': 'error',
    'vitest/valid-expect': ['error', { maxArgs: 2 }],
    // Not defects here: MongoDB's own `_id`; libraries that also have a default export; conditions that another
    // task changes; assertions in a helper's loop.
    'no-underscore-dangle': 'off',
    'import/no-named-as-default': 'off',
    'import/no-named-as-default-member': 'off',
    'no-unmodified-loop-condition': 'off',
    'vitest/no-conditional-expect': 'off',
    'vitest/expect-expect': 'off',
    // Style sheets and fonts are imported for their effect.
    'import/no-unassigned-import': 'off',
    // Matters of taste.
    'no-shadow': 'off',
    'unicorn/consistent-function-scoping': 'off',
    'unicorn/no-array-sort': 'off',
    // It takes Dexie's and RxDB's queries for arrays.
    'unicorn/no-array-reverse': 'off',
    'unicorn/no-useless-spread': 'off',
    'oxc/no-async-endpoint-handlers': 'off',
    'promise/always-return': 'off',
    'vitest/require-to-throw-message': 'off',
    'vitest/valid-title': 'off',
  },
  overrides: [
    // The tools that read these files ask for a default export.
    {
      files: ['**/*.config.ts', 'e2e/harness/global-setup.ts'],
      rules: { 'import/no-default-export': 'off' },
    },
    {
      files: ['renderer/**/*.{ts,tsx}'],
      plugins: ['react'],
      rules: {
        'react/rules-of-hooks': 'error',
        'react/exhaustive-deps': 'error',
        'react/react-in-jsx-scope': 'off',
        // The React compiler's own wishes; it is not used.
        'react/set-state-in-effect': 'off',
        'react/refs': 'off',
        'react/exhaustive-effect-dependencies': 'off',
      },
    },
    // Playwright's fixtures are declared by destructuring, also where one needs nothing.
    { files: ['e2e/**/*.ts'], rules: { 'no-empty-pattern': 'off' } },
    ...layers.map(({ files, bans }): OxlintOverride => ({
      files,
      rules: { 'no-restricted-imports': ['error', { patterns: bans }] },
    })),
  ],
})
