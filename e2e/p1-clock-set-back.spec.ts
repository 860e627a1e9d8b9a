import { expect, test } from './harness/field.ts'

const dayMs = 86_400_000

test('P1 trap 1: a desk a day ahead is corrected: what it writes afterwards still reaches the server', async ({
  field,
}) => {
  const { kiosk, network } = await field.openDesk(0, { clockShiftMs: dayMs })
  const tomorrow = { name: 'Kavita Deshpande', phone: '9812345604', flat: 'A-104' }
  const today = { name: 'Joseph Fernandes', phone: '9812345605', flat: 'A-104' }

  await test.step('with the wrong clock a visit is recorded, synced, and its drift noted', async () => {
    await kiosk.letIn(tomorrow)
    await kiosk.waitForSynced()
    const [visit] = await field.database.visitsByPhone(tomorrow.phone)
    expect(Math.abs((visit?.timeDriftMs ?? 0) - dayMs)).toBeLessThan(60_000)
    await kiosk.kill()
  })

  await test.step('the clock is set back; offline a visit begins and the earlier one ends', async () => {
    network.down()
    await kiosk.launch()
    await kiosk.signIn(field.guards[0])
    await kiosk.letIn(today)
    await kiosk.letOut(tomorrow.name)
    await kiosk.kill()
  })

  await test.step('started again with the network, the desk sends what its checkpoint calls long sent', async () => {
    network.up()
    await kiosk.launch()
    await kiosk.signIn(field.guards[0])
    await kiosk.waitForSynced()
    expect(await field.database.visitsByPhone(today.phone)).toMatchObject([{ state: 'Inside' }])
    expect(await field.database.visitsByPhone(tomorrow.phone)).toMatchObject([
      { state: 'Left', exitDateTime: expect.any(Date) },
    ])
    expect((await kiosk.syncState()).quarantined).toBe(0)
  })
})
