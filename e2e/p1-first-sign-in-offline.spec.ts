import { expect, test } from './harness/field.ts'

test('P1 P3: a guard signs in for the first time on a desk that went offline after its enrolment', async ({
  field,
}) => {
  const desk = await field.desk()
  const [guard] = field.guards
  await desk.kiosk.launch()
  await field.enrol(desk)
  desk.network.down()
  await desk.kiosk.kill()
  await desk.kiosk.launch()
  await desk.kiosk.signIn(guard)
  await desk.kiosk.letIn({ name: 'Lakshmi Narayanan', phone: '9812345603', flat: 'A-103' })
  expect(await desk.kiosk.syncState()).toMatchObject({ online: false, photos: 1 })

  desk.network.up()
  await desk.kiosk.waitForSynced()
  expect(await field.database.visitsByPhone('9812345603')).toHaveLength(1)
})

test('P7: guesses at a PIN are limited offline, a restart does not reset them, other guards go on', async ({
  field,
}) => {
  const desk = await field.desk()
  const [guard, other] = field.guards
  const wrongPin = guard.pin.replaceAll(/\d/g, (digit) => String((Number(digit) + 1) % 10))
  await desk.kiosk.launch()
  await field.enrol(desk)
  desk.network.down()

  for (let attempt = 0; attempt < 10 && !(await desk.kiosk.isLocked(guard)); attempt += 1) {
    await desk.kiosk.failToSignIn(guard, wrongPin)
  }
  expect(await desk.kiosk.isLocked(guard)).toBe(true)
  await desk.kiosk.kill()
  await desk.kiosk.launch()
  expect(await desk.kiosk.isLocked(guard)).toBe(true)
  await desk.kiosk.signIn(other)
})
