/** What a reader meets in a checkout's sources: small files, what is written twice, failures that nobody hears of. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { findSilentCatches } from '../lint/silent-catches.ts'

export interface SourceCounts {
  readonly files: number
  readonly filesUnder50Lines: number
  /** Six lines in a row that stand at more than one place. */
  readonly repeatedSixLineWindows: number
  /** Of `build/lint/silent-catches.ts`. */
  readonly silentCatches: number
}

const windowLines = 6

/** Product and tools; tests are not counted. */
function listSources(root: string): string[] {
  const { stdout } = spawnSync('git', ['-C', root, 'ls-files', '*.ts', '*.tsx', '*.css'], {
    encoding: 'utf8',
  })
  return stdout
    .split('\n')
    .filter((file) => file !== '' && !/\.test\.tsx?$/.test(file) && existsSync(join(root, file)))
}

export function countSources(root: string): SourceCounts {
  const files = listSources(root)
  const read = (file: string): string => readFileSync(join(root, file), 'utf8')
  const texts = files.map(read)
  return {
    files: texts.length,
    filesUnder50Lines: texts.filter((text) => text.trimEnd().split('\n').length < 50).length,
    repeatedSixLineWindows: repeatedWindows(texts),
    silentCatches: files
      .filter((file) => /\.tsx?$/.test(file))
      .reduce((sum, file) => sum + findSilentCatches(read(file), file).length, 0),
  }
}

/** Of lines that say something: no blank ones, no comments, no imports, no lone punctuation. */
function repeatedWindows(texts: readonly string[]): number {
  const places = new Map<string, number>()
  for (const text of texts) {
    const lines = text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => /\w/.test(line) && !/^(\/\/|\/\*|\*|import\b|\} from\b)/.test(line))
    for (let at = 0; at + windowLines <= lines.length; at += 1) {
      const window = lines.slice(at, at + windowLines).join('\n')
      places.set(window, (places.get(window) ?? 0) + 1)
    }
  }
  return [...places.values()].filter((count) => count > 1).length
}

/**
 * Files of the kiosk's screens between the tap and the data: the one that calls `letIn` of the data, those that lead
 * to it from the button, and what they call on the way. By imports of values within `renderer/kiosk/features/gate`.
 */
export function screenFilesOfTap(root: string): string[] {
  const sources = listSources(root).filter((file) => /^renderer\/kiosk\/.*\.tsx?$/.test(file))
  const importsOf = new Map(sources.map((file) => [file, valueImports(root, file)]))
  const textOf = (file: string): string => readFileSync(join(root, file), 'utf8')
  const saves = sources.filter((file) => /data\.letIn\(/.test(textOf(file)))
  const button = sources.filter((file) => /testId="main-action"/.test(textOf(file)))
  const goesOn = sources.filter((file) => /actions\.letIn\(|data\.letIn\(/.test(textOf(file)))
  const called = [...saves, ...goesOn].flatMap((file) =>
    (importsOf.get(file) ?? []).filter((to) => !to.endsWith('.css')),
  )
  const takes = sources.filter((file) => /capturePhoto\(/.test(textOf(file)))
  return [...new Set([...button, ...goesOn, ...saves, ...called, ...takes])].sort()
}

function valueImports(root: string, file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(/^import (?!type\b)[^'"]*['"](\.[^'"]+)['"]/gmu)]
    .map(([, path = '']) => relative(root, join(root, dirname(file), path)))
    .filter((path) => path.startsWith('renderer/kiosk/'))
}
