import { collections } from '@chowki/shared/collections/registry.ts'
import { describe, expect, test } from 'vitest'
import { createLogger } from './create-logger.ts'
import { personalFieldNames } from './redaction.ts'

const personalNames = personalFieldNames(Object.values(collections).map(({ schema }) => schema))

function logged(write: (logger: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = []
  write(createLogger({ level: 'trace', personalNames }, { write: (line: string) => void lines.push(line) }))
  return lines.join('')
}

describe('P7: a log line holds nothing personal and no credential', () => {
  test('the marks of the schemas are found, nested ones too', () => {
    for (const name of [
      'name',
      'phone',
      'email',
      'number',
      'notes',
      'purpose',
      'visitorPhone',
      'registrationNumber',
    ]) {
      expect(personalNames, name).toContain(name)
    }
    for (const name of ['_id', 'societyId', 'status', 'createdAt', 'state'])
      expect(personalNames).not.toContain(name)
  })

  test('marked fields, at any depth and in lists', () => {
    const line = logged((logger) =>
      logger.info({
        visit: { people: [{ name: 'Asha Rao', phone: '+911111150001' }] },
        code: 'K7M29QXD',
        pin: '4321',
      }),
    )
    for (const secret of ['Asha', '50001', 'K7M2', '4321']) expect(line).not.toContain(secret)
    expect(line).toContain('[redacted]')
  })

  test('a child logger’s bindings', () => {
    expect(
      logged((logger) => logger.child({ token: 'abc.def', phone: '+911111150001' }).info('x')),
    ).not.toMatch(/abc|50001/)
  })

  test('a grandchild’s bindings, and what it logs', () => {
    const line = logged((logger) =>
      logger.child({ reqId: 'r1' }).child({ phone: '50001' }).info({ name: 'Asha' }, 'x'),
    )
    expect(line).not.toMatch(/Asha|50001/)
    expect(line).toContain('r1')
  })

  test('what an error repeats: quoted values, long digits, details, the cause', () => {
    const error = Object.assign(
      new Error('E11000 dup key: { phone: "+911111150001" } for \'Asha Rao\' 911111150001'),
      {
        code: 11_000,
        errInfo: { name: 'Asha Rao' },
        cause: new Error('Asha Rao'),
      },
    )
    const lines = [
      logged((logger) => logger.error({ err: error }, 'failed')),
      logged((logger) => logger.error(error)),
      logged((logger) => logger.error({ deep: { error } })),
    ]
    for (const line of lines) {
      expect(line).not.toMatch(/50001|Asha/)
      expect(line).toContain('dup key')
    }
  })

  test('FAULT-4 P7: digits of any script that an error repeats', () => {
    const line = logged((logger) => logger.error(new Error('no flat २३४५ ६७८९ ०१२४ or 234567890124')))
    expect(line).toContain('no flat')
    expect(line).not.toMatch(/\p{Nd}{4} |०१२४|0124/u)
  })

  test('bytes and very deep objects', () => {
    const deep = { a: { b: { c: { d: { e: { f: { g: 'Asha' } } } } } } }
    expect(logged((logger) => logger.info({ deep, bytes: Buffer.from('Asha') }))).not.toMatch(/Asha|"data"/)
  })
})
