import { expect, test } from 'vitest'
import { explainStartFailure, StartFailure } from './start-failure.ts'

const config = { host: '127.0.0.1', port: 4700, dataFolder: '/data' }
const ofMongo = (code?: number) =>
  Object.assign(new Error('E11000 dup key: { phone: "+911111150001" }'), { name: 'MongoServerError', code })

test('each failure is told by its cause and its remedy', () => {
  const lines = [ofMongo(18), ofMongo(11_000), ofMongo()].map((error) => explainStartFailure(error, config))
  expect(lines).toEqual([
    expect.stringMatching(/the password.*MONGODB_URL/),
    expect.stringMatching(/another version.*MONGODB_DATABASE/),
    expect.stringMatching(/did not answer.*MONGODB_URL/),
  ])
  expect(explainStartFailure(new StartFailure('Too few. Raise it.'), config)).toBe('Too few. Raise it.')
})

test('what is not known is not repeated (P7)', () => {
  for (const error of [ofMongo(11_000), new Error('+911111150001')]) {
    expect(explainStartFailure(error, config)).not.toContain('+911111150001')
  }
})
