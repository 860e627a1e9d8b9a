/**
 * What must not reach a log is marked where it is declared: `personal` on a schema's field, or a name in the list
 * of credentials below. Every logged object passes through here, so that nobody has to remember.
 */
interface MarkedSchema {
  readonly personal?: unknown
  readonly properties?: Readonly<Record<string, MarkedSchema>>
  readonly items?: MarkedSchema
  readonly anyOf?: readonly MarkedSchema[]
}

export const credentialNames = [
  'authorization',
  'cookie',
  'code',
  'secret',
  'secretHash',
  'token',
  'fcmToken',
  'password',
  'pin',
  'pinHash',
  'adminKey',
  'key',
] as const

const redacted = '[redacted]'
/** Log objects are shallow; anything deeper is left out. */
const depthMax = 6

/** Names of the fields that hold, or contain, a field marked personal. */
export function personalFieldNames(schemas: readonly object[]): ReadonlySet<string> {
  const names = new Set<string>()
  for (const schema of schemas) collectPersonal(schema as MarkedSchema, names)
  return names
}

function collectPersonal(schema: MarkedSchema, names: Set<string>): void {
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    if (isPersonal(field)) names.add(name)
    collectPersonal(field, names)
  }
  if (schema.items) collectPersonal(schema.items, names)
  for (const variant of schema.anyOf ?? []) collectPersonal(variant, names)
}

const isPersonal = (field: MarkedSchema): boolean =>
  field.personal === true ||
  (field.items !== undefined && isPersonal(field.items)) ||
  (field.anyOf ?? []).some(isPersonal)

export function redact(value: unknown, hidden: ReadonlySet<string>, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (depth === depthMax || ArrayBuffer.isView(value)) return redacted
  if (Array.isArray(value)) return value.map((item) => redact(item, hidden, depth + 1))
  if (value instanceof Error) return describeError(value)
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      hidden.has(name) ? redacted : redact(inner, hidden, depth + 1),
    ]),
  )
}

/**
 * Databases and parsers repeat the offending value in their messages (`dup key: { phone: "..." }`), so what is
 * quoted, and every longer run of digits, is masked; details and causes are left out.
 */
export function describeError(error: Error): Record<string, unknown> {
  const { code } = error as { code?: unknown }
  return {
    type: error.name,
    message: maskQuoted(error.message),
    ...(typeof code === 'string' || typeof code === 'number' ? { errorCode: code } : {}),
    stack: (error.stack ?? '')
      .split('\n')
      .filter((line) => line.startsWith('    at '))
      .join('\n'),
  }
}

const maskQuoted = (message: string): string =>
  message
    .replaceAll(/(["'`])(?:(?!\1).)*(\1|$)/gs, '$1…$1')
    .replaceAll(/\p{Nd}{4,}/gu, '…')
    .slice(0, 500)
