import { expect, test } from './harness/field.ts'

test('P4: the desk shows whether it is online, and what is not yet on the server', async ({ field }) => {
  const { kiosk, network } = await field.openDesk()
  expect(await kiosk.syncState()).toMatchObject({ online: true, unsynced: 0, photos: 0, quarantined: 0 })
  network.down()
  await kiosk.waitForOnline(false)
  await kiosk.letIn({ name: 'Ritu Malhotra', phone: '9812345607', flat: 'D-401' })
  // The visitor and the visit.
  expect(await kiosk.syncState()).toMatchObject({ online: false, unsynced: 2, photos: 1 })
  network.up()
  await kiosk.waitForSynced()
  expect(await field.database.visitsByPhone('9812345607')).toHaveLength(1)
})

test('P4 P1 trap 5: a visit that the server refuses is shown, and does not hold up its neighbours', async ({
  field,
}) => {
  const { kiosk, network } = await field.openDesk()
  const refused = { name: 'Refused Visitor', phone: '9812345608', flat: 'A-101' }
  const neighbour = { name: 'Neighbour Visitor', phone: '9812345609', flat: 'A-101' }
  network.down()
  await kiosk.letIn(refused)
  await kiosk.letIn(neighbour)
  await kiosk.showInside()
  // The same id in another society: the server can neither store the visit nor say why.
  const refusedId = await kiosk.entryIdInside(refused.name)
  await field.database.takeVisitIdElsewhere(refusedId)
  network.up()
  await expect.poll(async () => (await kiosk.syncState()).quarantined, { timeout: 120_000 }).toBe(1)
  await expect.poll(() => field.database.visitsByPhone(neighbour.phone)).toHaveLength(1)
  await kiosk.at('sync-state').click()
  await expect(kiosk.at(`quarantined-${refusedId}`)).toBeVisible()
  await kiosk.showInside()
  await expect(kiosk.insideRow(refused.name)).toHaveCount(1)
})

test('P4 P1: a revoked desk says so and goes on saving', async ({ field }) => {
  const { kiosk } = await field.openDesk()
  const before = { name: 'Before Revocation', phone: '9812345610', flat: 'A-101' }
  await kiosk.letIn(before)
  await kiosk.waitForSynced()
  const [visit] = await field.database.visitsByPhone(before.phone)
  const societyId = visit?.societyId.toHexString()
  await field.server.asAdmin('POST', `/api/devices/${visit?.deviceId ?? ''}/revoke`, { societyId })
  await expect(kiosk.at('sync-state')).toContainText('Desk not accepted', { timeout: 120_000 })

  const after = { name: 'After Revocation', phone: '9812345611', flat: 'A-101' }
  await kiosk.letIn(after)
  await kiosk.showInside()
  await expect(kiosk.insideRow(after.name)).toHaveCount(1)
  expect(await kiosk.syncState()).toMatchObject({ unsynced: 2, photos: 1 })
  expect(await field.database.visitsByPhone(after.phone)).toEqual([])
})
