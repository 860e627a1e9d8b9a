import { expect, test } from './harness/field.ts'
import { otherGateVisits } from './harness/other-gate.ts'

const dayMs = 86_400_000
const days = 7
const visitsPerDay = 6

const visitorOf = (day: number, index: number) => ({
  name: `Day ${String(day)} Visitor ${String.fromCodePoint(65 + index)}`,
  phone: `97000${String(day).padStart(2, '0')}${String(index).padStart(3, '0')}`,
  flat: 'B-201',
})

test('P1 P2 P5: seven days without network, a power cut each night: all of it arrives once, and the news of the week comes back', async ({
  field,
}) => {
  test.setTimeout(900_000)
  const started = Date.now()
  const desk = await field.openDesk(0, { clockShiftMs: -days * dayMs })
  const { kiosk, network } = desk
  network.down()

  for (let day = 0; day < days; day += 1) {
    await test.step(`day ${String(day + 1)}`, async () => {
      if (day > 0) {
        await kiosk.launch({ clockShiftMs: (day - days) * dayMs })
        await kiosk.signIn(field.guards[0])
      }
      for (let index = 0; index < visitsPerDay; index += 1) await kiosk.letIn(visitorOf(day, index))
      await kiosk.kill()
    })
  }

  const others = await otherGateVisits(field, 60)
  await kiosk.launch()
  await kiosk.signIn(field.guards[0])
  expect(await kiosk.syncState()).toMatchObject({ online: false, photos: days * visitsPerDay })
  network.up()
  await kiosk.waitForSynced()

  await test.step('every visit is there once, the oldest with its own time', async () => {
    const deviceIds = new Set<string>()
    for (let day = 0; day < days; day += 1) {
      for (let index = 0; index < visitsPerDay; index += 1) {
        const { phone, name } = visitorOf(day, index)
        const visits = await field.database.visitsByPhone(phone)
        expect(visits, name).toHaveLength(1)
        const expectedAt = started + (day - days) * dayMs
        const driftMs = Math.abs((visits[0]?.entryDateTime.getTime() ?? 0) - expectedAt)
        expect(driftMs, `${name} keeps the time at which it was recorded`).toBeLessThan(10 * 60_000)
        deviceIds.add(visits[0]?.deviceId ?? '')
      }
    }
    expect(deviceIds.size).toBe(1)
    expect(await field.database.countVisitsOfDevices([...deviceIds])).toBe(days * visitsPerDay)
    expect(await field.database.photosOfDevice([...deviceIds][0] ?? '')).toHaveLength(days * visitsPerDay)
  })

  await test.step("the other gate's visits of the week are on this desk", async () => {
    await kiosk.showInside()
    for (const name of [others[0], others.at(-1)]) await expect(kiosk.insideRow(name ?? '')).toHaveCount(1)
    expect((await kiosk.syncState()).quarantined).toBe(0)
  })
})
