import { createHash } from 'node:crypto'
import { expect, test } from './harness/field.ts'

test('P1 P2: a visit with a photo, recorded offline, survives a power cut and reaches the server once', async ({
  field,
}) => {
  const { kiosk, network } = await field.openDesk()
  const visitor = { name: 'Meera Kulkarni', phone: '9812345601', flat: 'A-101' }

  expect(
    await kiosk.page.evaluate(() => navigator.storage.persisted()),
    'a full disk must not make Chromium clear what waits here',
  ).toBe(true)
  await test.step('the network is cut, a visitor is let in, the power fails at once', async () => {
    network.down()
    await kiosk.waitForOnline(false)
    await kiosk.letIn(visitor)
    await kiosk.kill()
  })

  await test.step('the desk starts again: she is inside, and is let out', async () => {
    await kiosk.launch()
    await kiosk.signIn(field.guards[0])
    await kiosk.showInside()
    await expect(kiosk.insideRow(visitor.name)).toHaveCount(1)
    expect(await kiosk.syncState()).toMatchObject({ online: false, photos: 1, quarantined: 0 })
    await kiosk.letOut(visitor.name)
    expect(await field.database.visitorsByPhone(visitor.phone)).toEqual([])
  })

  await test.step('the network returns: two ticks, and MongoDB holds visit and photo exactly once', async () => {
    network.up()
    await kiosk.waitForSynced()
    expect(await field.database.visitorsByPhone(visitor.phone)).toHaveLength(1)
    const visits = await field.database.visitsByPhone(visitor.phone)
    expect(visits).toHaveLength(1)
    const [visit] = visits
    expect(visit).toMatchObject({ state: 'Left', entryPhoto: expect.stringMatching(/^[0-9a-f]{24}$/) })
    expect(visit?.entryGuard.toHexString()).toBe(field.guards[0].userId)
    expect(visit?.exitDateTime?.getTime()).toBeGreaterThan(visit?.entryDateTime.getTime() ?? Infinity)

    const row = await kiosk.journalRow(visit?._id.toHexString() ?? '')
    await expect(row).toHaveAttribute('data-mark', 'synced')
    await expect(row.getByRole('img', { name: 'Photo on the server' })).toBeVisible()

    const photos = await field.database.photosOfDevice(visit?.deviceId ?? '')
    expect(photos.map((photo) => photo._id.toHexString())).toEqual([visit?.entryPhoto])
    const jpeg = await (await field.headlessDevice()).photo(visit?.entryPhoto ?? '')
    expect(createHash('sha256').update(jpeg).digest('hex')).toBe(photos[0]?.sha256)
    expect([...jpeg.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff])
    expect(jpeg.length).toBeLessThanOrEqual(81_920)
  })
})
