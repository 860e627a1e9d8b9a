import { expect, test } from 'vitest'
import { whoIsIt } from './who-is-it.ts'

const ravi = { visitorId: 'ravi', name: 'Ravi Kumar' }
const sunita = { visitorId: 'sunita', name: 'सुनीता' }
const typed = (name: string, newPerson = false) => ({ name, newPerson })

test('FAULT-2: the whole phone and the same name are one person; another name on the phone is asked about', () => {
  expect(whoIsIt(typed('Ravi Kumar'), [])).toEqual({ is: 'new' })
  for (const name of ['Ravi Kumar', 'ravi  kumar', 'Ra\u200bvi Kumar'])
    expect(whoIsIt(typed(name), [sunita, ravi]), name).toEqual({ is: 'known', visitorId: 'ravi' })
  for (const name of ['Meena Kumar', 'Ravi', ''])
    expect(whoIsIt(typed(name), [ravi]), name).toEqual({ is: 'uncertain' })
})

test('FAULT-2: two of one name on one phone are not certain', () => {
  expect(whoIsIt(typed('Ravi Kumar'), [ravi, { ...ravi, visitorId: 'son' }])).toEqual({ is: 'uncertain' })
})

test('FAULT-2: two records of one person are one', () => {
  const known = [ravi, sunita, { ...ravi, name: 'RAVI KUMAR' }]
  expect(whoIsIt(typed('Ravi Kumar'), known)).toEqual({ is: 'known', visitorId: 'ravi' })
})

test('FAULT-2: said to be another, he is new, unless his name would not tell him from a known one', () => {
  expect(whoIsIt(typed('Meena Kumar', true), [ravi])).toEqual({ is: 'new' })
  expect(whoIsIt(typed('Ravi Kumar', true), [ravi])).toEqual({ is: 'namesake' })
})

test('names without letters or digits are compared as they are written', () => {
  expect(whoIsIt(typed('?!'), [{ visitorId: 'a', name: '...' }])).toEqual({ is: 'uncertain' })
  expect(whoIsIt(typed('...'), [{ visitorId: 'a', name: '...' }])).toEqual({ is: 'known', visitorId: 'a' })
})
