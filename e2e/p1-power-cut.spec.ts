import { expect, test } from './harness/field.ts'
import { sleep } from './harness/processes.ts'

/** After the guard has pressed "Let in": before, during and just after the write. */
const cutsAfterMs = [0, 40, 80, 120, 160, 220, 300]

const visitorOf = (cut: number) => ({
  name: `Cut ${String.fromCodePoint(65 + cut)} Visitor`,
  phone: `94000000${String(cut).padStart(2, '0')}`,
  flat: 'D-402',
})

test('P1 P2: power fails at any moment of saving: a visit is there whole, once, or it was never called saved', async ({
  field,
}) => {
  const { kiosk, network } = await field.openDesk()
  const calledSaved = new Set<string>()
  network.down()
  for (const [cut, afterMs] of cutsAfterMs.entries()) {
    const visitor = visitorOf(cut)
    await kiosk.fillNewVisitor(visitor)
    await kiosk.at('main-action').click()
    await sleep(afterMs)
    if (await kiosk.undoLine(visitor.name).isVisible()) calledSaved.add(visitor.phone)
    await kiosk.kill()
    await kiosk.launch()
    await kiosk.signIn(field.guards[0])
  }
  network.up()
  await kiosk.waitForSynced()

  for (const cut of cutsAfterMs.keys()) {
    const { name, phone } = visitorOf(cut)
    const visits = await field.database.visitsByPhone(phone)
    const saved = calledSaved.has(phone)
    expect(visits.length, `${name}, ${saved ? 'called saved' : 'not called saved'}`).toBeGreaterThanOrEqual(
      Number(saved),
    )
    expect(visits.length, name).toBeLessThanOrEqual(1)
    await kiosk.showInside()
    await expect(kiosk.insideRow(name)).toHaveCount(visits.length)
    const [visit] = visits
    if (visit?.entryPhoto !== undefined) await (await field.headlessDevice()).photo(visit.entryPhoto)
  }
  const [deviceId = ''] = await field.database.deviceIdsOf(kiosk.name)
  const photos = await field.database.photosOfDevice(deviceId)
  expect(photos).toHaveLength(await field.database.countVisitsOfDevices([deviceId]))
  expect((await kiosk.syncState()).quarantined).toBe(0)
})
