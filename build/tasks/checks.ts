export interface Check {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
}

export const checks: readonly Check[] = [
  { name: 'types', command: 'tsc', args: ['-b'] },
  { name: 'lint', command: 'oxlint', args: ['--deny-warnings'] },
  { name: 'formatting', command: 'prettier', args: ['--check', '--log-level', 'warn', '.'] },
]
