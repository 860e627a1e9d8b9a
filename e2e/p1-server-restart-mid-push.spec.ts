import { expect, test } from './harness/field.ts'

const push = /POST \/api\/sync\/visitorEntries\/push/
/** Where the connection breaks, in bytes after the previous break. */
const breaks = [
  ['toServer', 1_500],
  ['toKiosk', 300],
  ['toServer', 20_000],
  ['toKiosk', 2_000],
] as const
const visitors = Array.from({ length: 10 }, (_, index) => ({
  name: `Backlog Visitor ${String.fromCodePoint(65 + index)}`,
  phone: `98123457${String(index).padStart(2, '0')}`,
  flat: 'A-102',
}))

test('P1 P2: the server is killed in mid-push and a reply is lost after commit: everything arrives once', async ({
  field,
}) => {
  // A server that is killed in a transaction leaves it to MongoDB, which ends it after 60 s.
  test.setTimeout(900_000)
  const { kiosk, network } = await field.openDesk()

  await test.step('a backlog grows while the network is down', async () => {
    network.down()
    for (const visitor of visitors) await kiosk.letIn(visitor)
  })

  await test.step('the server dies when the backlog reaches it', async () => {
    const reached = network.nextRequest(push)
    network.up()
    await reached
    await field.server.kill()
  })

  await test.step('it comes back, and its first answer to a push is lost after it has committed', async () => {
    const lost = network.loseNextReply(push)
    await field.server.start()
    await lost
    await kiosk.waitForSynced()
  })

  for (const visitor of visitors) {
    expect(await field.database.visitorsByPhone(visitor.phone), visitor.name).toHaveLength(1)
    const visits = await field.database.visitsByPhone(visitor.phone)
    expect(visits, visitor.name).toMatchObject([{ state: 'Inside' }])
  }
  expect((await kiosk.syncState()).quarantined).toBe(0)
})

test('P1 P2: a slow line that breaks in mid-body, both ways: everything arrives once, with its photo', async ({
  field,
}) => {
  const { kiosk, network } = await field.openDesk()
  network.down()
  for (const visitor of visitors.slice(0, 4)) await kiosk.letIn(visitor)
  network.setLatency(50)
  network.up()
  // The text of four visits is some KB, a photo some tens of KB.
  for (const [direction, bytes] of breaks) await network.cutAfter(direction, bytes)
  await kiosk.waitForSynced()

  for (const visitor of visitors.slice(0, 4)) {
    expect(await field.database.visitorsByPhone(visitor.phone), visitor.name).toHaveLength(1)
    expect(await field.database.visitsByPhone(visitor.phone), visitor.name).toHaveLength(1)
  }
  const [deviceId = ''] = await field.database.deviceIdsOf(kiosk.name)
  const photos = await field.database.photosOfDevice(deviceId)
  expect(photos).toHaveLength(4)
  const device = await field.headlessDevice()
  for (const photo of photos) expect(await device.photo(photo._id.toHexString())).toHaveLength(photo.size)
})
