import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findSilentCatches } from './silent-catches.ts'

const repository = dirname(dirname(import.meta.dirname))
const sources = execFileSync('git', ['ls-files', '*.ts', '*.tsx', '*.mjs'], {
  cwd: repository,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && !/\.(test|spec)\.tsx?$|^build\/lint\//.test(path))

describe('a caught failure', () => {
  it.each([
    ['a promise', 'void send().catch(() => undefined)'],
    ['an empty block', 'try {\n  a()\n} catch {}'],
    ['a default instead', '() => {\n  try {\n    a()\n  } catch {\n    return null\n  }\n}'],
    ['a default of a promise', 'const a = await read().catch(() => null)'],
    [
      'an error that is named and not used',
      '() => {\n  try {\n    a()\n  } catch (error) {\n    return null\n  }\n}',
    ],
    ['a parameter that is not used', 'void send().catch((_) => {})'],
    ['an anonymous function', 'void send().catch(function () {})'],
    ['a named function that does nothing', 'void send().catch(noop)'],
    ['one of this file', 'const skip = () => undefined\nvoid send().catch(skip)'],
    ['the second handler of then', 'void send().then(go, () => undefined)'],
    ['a reason of another statement', '// Twice.\nsend()\n\nvoid send().catch(() => undefined)'],
  ])('is found where nothing says why silence is right: %s', (_what, source) => {
    expect(findSilentCatches(source, 'source.ts')).toHaveLength(1)
  })

  it.each([
    ['a reason above', '// It is gone already.\nvoid send().catch(() => undefined)'],
    ['a reason in the block', 'try {\n  a()\n} catch {\n  // Not there: made below.\n}'],
    ['an error that is handled', 'void send().catch((error) => report(error))'],
    ['an error that is taken apart', 'void send().catch(({ message }) => report(message))'],
    ['a function that handles it', 'const tell = (error) => report(error)\nvoid send().catch(tell)'],
    ['a function from elsewhere', 'void send().catch(report)'],
    [
      'a reason above a longer statement',
      '// It is gone already.\nawait send()\n  .now()\n  .catch(() => null)',
    ],
  ])('is let be: %s', (_what, source) => {
    expect(findSilentCatches(source, 'source.ts')).toEqual([])
  })

  it('has its reason beside it in every source', () => {
    expect(sources.length).toBeGreaterThan(400)
    const found = sources.flatMap((path) =>
      findSilentCatches(readFileSync(join(repository, path), 'utf8'), path).map(
        ({ line, text }) => `${path}:${line}: ${text}`,
      ),
    )
    expect(found).toEqual([])
  })
})
