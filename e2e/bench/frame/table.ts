/** The rows as a person reads them: one Markdown table, which a terminal shows as well. Pure. */
import { goalWords, totals } from './summing.ts'
import type { BenchRow, Figure } from './summing.ts'

const heads = ['measured', 'ours', 'limit', 'peer', 'ratio', 'goal', ''] as const

export function toTable(rows: readonly BenchRow[], notes: readonly string[]): string[] {
  const cells = rows.map(cellsOf)
  const widths = heads.map((head, column) =>
    Math.max(head.length, 3, ...cells.map((row) => row[column]?.length ?? 0)),
  )
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [
    line(heads),
    line(widths.map((width) => '-'.repeat(width))),
    ...cells.map(line),
    '',
    `${totals(rows)}. Medians; the spread (least to greatest) in brackets.`,
    ...rows.flatMap(({ plan, reason, verdict }) =>
      verdict === 'not run' ? [`- not run: ${plan.name}: ${reason ?? ''}`] : [],
    ),
    ...notes.map((note) => `- ${note}`),
  ]
}

function cellsOf({ plan, ours, limit, peer, ratio, verdict }: BenchRow): string[] {
  const named = (figure: Figure | null, name: string | undefined): string =>
    figure === null ? '' : `${toWords(figure)}${name === undefined ? '' : ` ${name}`}`
  return [
    `${plan.name} (${plan.unit})`,
    named(ours, undefined),
    named(limit, plan.limit),
    named(peer, plan.peer),
    ratio === null ? '' : toNumber(ratio),
    goalWords(plan) ?? '',
    verdict === 'no goal' ? '' : verdict,
  ].map((cell) => cell.replaceAll('|', '/'))
}

function toWords({ median, least, greatest, count }: Figure): string {
  return count === 1 ? toNumber(median) : `${toNumber(median)} [${toNumber(least)} - ${toNumber(greatest)}]`
}

/** Three significant digits: more would claim a precision that is not there. */
export function toNumber(value: number): string {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)))
  return value.toFixed(Math.min(digits, 3)).replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ',')
}
