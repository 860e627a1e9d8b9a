import { expect, test } from 'vitest'
import { toOutput } from './to-output.ts'

test('lines and their columns are printed as they are, in every script', () => {
  expect(toOutput(['a\tb', 'नमस्ते', ''])).toBe('a\tb\nनमस्ते\n\n')
  expect(toOutput([])).toBe('')
})

test('what would command the terminal is shown, and JSON keeps its meaning', () => {
  expect(toOutput(['\u001b[2J\nx\r\u007f'])).toBe('\\u001b[2J\\u000ax\\u000d\\u007f\n')
  const name = 'x\u009b2Jy\u001b'
  const output = toOutput([JSON.stringify({ name })])
  expect(output).not.toMatch(/[^\P{Cc}\n]/u)
  expect(JSON.parse(output)).toEqual({ name })
})
