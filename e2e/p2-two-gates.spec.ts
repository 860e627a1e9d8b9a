import { expect, test } from './harness/field.ts'

test('P2 P5: two gates let the same visitor out while both are offline: one visit, the first exit stands', async ({
  field,
}) => {
  const visitor = { name: 'Farhan Qureshi', phone: '9812345602', flat: 'B-203' }
  const main = await field.openDesk(0)
  const back = await field.openDesk(1)
  await back.kiosk.signOut()
  await back.kiosk.signIn(field.guards[1])

  await test.step('he comes in at the main gate, and both gates know it', async () => {
    await main.kiosk.letIn(visitor)
    await main.kiosk.waitForSynced()
    await back.kiosk.showInside()
    await expect(back.kiosk.insideRow(visitor.name)).toHaveCount(1, { timeout: 120_000 })
  })

  await test.step('both lines are cut; the main gate lets him out, then the back gate does', async () => {
    main.network.down()
    back.network.down()
    await main.kiosk.letOut(visitor.name)
    await back.kiosk.letOut(visitor.name)
  })

  await test.step('the later exit arrives first, and the earlier one stands at both gates and on the server', async () => {
    back.network.up()
    await back.kiosk.waitForSynced()
    const [before] = await field.database.visitsByPhone(visitor.phone)
    expect(before?.exitGuard?.toHexString()).toBe(field.guards[1].userId)
    main.network.up()
    await main.kiosk.waitForSynced()

    const visits = await field.database.visitsByPhone(visitor.phone)
    expect(visits).toHaveLength(1)
    const [visit] = visits
    expect(visit?.state).toBe('Left')
    expect(visit?.exitGuard?.toHexString()).toBe(field.guards[0].userId)
    expect(visit?.exitDateTime?.getTime()).toBeLessThan(before?.exitDateTime?.getTime() ?? 0)
    for (const { kiosk } of [main, back]) {
      await kiosk.showInside()
      await expect(kiosk.insideRow(visitor.name)).toHaveCount(0)
      const row = await kiosk.journalRow(visit?._id.toHexString() ?? '')
      await expect(row).toHaveAttribute('data-mark', 'synced')
      expect((await kiosk.syncState()).quarantined).toBe(0)
    }
  })
})
