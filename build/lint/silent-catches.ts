/**
 * A failure that is caught and not looked at needs its reason beside it: a comment above the statement, on the same line,
 * on the line before, or in the block. Where the handler uses its error, the reader sees how it is handled.
 */
import { parseSync } from 'vite'

export interface SilentCatch {
  /** From 1. */
  readonly line: number
  readonly text: string
}

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [field: string]: unknown
}

/** A place where a failure ends, and the code that stands for handling it. */
interface Handler {
  readonly at: number
  readonly end: number
  /** Where the statement begins that holds it. */
  readonly statementStart: number
}

/** `file` says by its ending how to read the source. Throws where it cannot be read. */
export function findSilentCatches(source: string, file: string): SilentCatch[] {
  const { program, comments, errors } = parseSync(file, source)
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`)
  const lines = source.split('\n')
  const lineOf = (offset: number): number => source.slice(0, offset).split('\n').length
  const reasonLines = comments.map(({ start, end }) => ({ first: lineOf(start), last: lineOf(end) }))
  const hasReason = ({ at, end, statementStart }: Handler): boolean =>
    reasonLines.some(
      ({ first, last }) =>
        (last >= lineOf(at) - 1 && first <= lineOf(end)) || last === lineOf(statementStart) - 1,
    )
  return silentHandlers(program as unknown as Node)
    .filter((handler) => !hasReason(handler))
    .map(({ at }) => ({ line: lineOf(at), text: (lines[lineOf(at) - 1] ?? '').trim() }))
}

function silentHandlers(program: Node): Handler[] {
  const found: Handler[] = []
  const functions = namedFunctions(program)
  const isSilent = (handler: Node | undefined): boolean => {
    if (handler?.type === 'Identifier') {
      const name = String(handler['name'])
      const declared = functions.get(name)
      return declared === undefined ? /^noop$/i.test(name) : isSilent(declared)
    }
    return isFunction(handler) && !usesError(handler['params'] as Node[], handler['body'] as Node)
  }
  const visit = (node: Node, statementStart: number): void => {
    const start = isStatement(node) ? node.start : statementStart
    if (node.type === 'CatchClause') {
      const parameter = node['param'] as Node | null
      const isUnused = !usesError(parameter === null ? [] : [parameter], node['body'] as Node)
      if (isUnused) found.push({ at: node.start, end: node.end, statementStart: start })
    }
    const caught = rejectionHandler(node)
    if (caught !== undefined && isSilent(caught.handler))
      found.push({ at: caught.property.start, end: node.end, statementStart: start })
    for (const child of childrenOf(node)) visit(child, start)
  }
  visit(program, 0)
  return found
}

/** Of `.catch(handler)` and `.then(…, handler)`. */
function rejectionHandler(node: Node): { property: Node; handler: Node } | undefined {
  const callee = node['callee'] as Node | undefined
  if (node.type !== 'CallExpression' || callee?.type !== 'MemberExpression') return undefined
  const property = callee['property'] as Node
  const handlers = node['arguments'] as Node[]
  const position = ['catch', 'then'].indexOf(String(property['name']))
  const handler = handlers[position]
  return handler === undefined ? undefined : { property, handler }
}

/** Errors may be taken apart: one name of the pattern is enough. */
function usesError(parameters: readonly Node[], body: Node): boolean {
  const names = new Set(parameters.flatMap(identifiersIn))
  return identifiersIn(body).some((name) => names.has(name))
}

const identifiersIn = (node: Node): string[] =>
  node.type === 'Identifier' ? [String(node['name'])] : childrenOf(node).flatMap(identifiersIn)

/** Of one file: what a handler that is only named does. */
function namedFunctions(program: Node): Map<string, Node> {
  const found = new Map<string, Node>()
  const visit = (node: Node): void => {
    const id = node['id'] as Node | null | undefined
    const value = node.type === 'VariableDeclarator' ? (node['init'] as Node | null) : node
    if (id?.type === 'Identifier' && isFunction(value ?? undefined))
      found.set(String(id['name']), value as Node)
    childrenOf(node).forEach(visit)
  }
  visit(program)
  return found
}

const isFunction = (node: Node | undefined): node is Node =>
  node !== undefined && /^(ArrowFunctionExpression|FunctionExpression|FunctionDeclaration)$/.test(node.type)

const isStatement = ({ type }: Node): boolean =>
  (/(Statement|Declaration)$/.test(type) && type !== 'BlockStatement') ||
  /^(Property|PropertyDefinition|MethodDefinition)$/.test(type)

const childrenOf = (node: Node): Node[] =>
  Object.values(node)
    .flat()
    .filter((value): value is Node => typeof (value as Node | null)?.type === 'string')
