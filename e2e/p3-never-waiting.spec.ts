import { expect, test } from './harness/field.ts'

/** Far above what the work takes on a slow machine, far below a request's timeout of one minute. */
const withinMs = 10_000

test('P3: with a network that swallows everything no step of a guard waits for it', async ({ field }) => {
  const { kiosk, network } = await field.openDesk()
  const [guard] = field.guards
  const visitor = { name: 'Harpreet Gill', phone: '9812345606', flat: 'C-301' }
  const mistake = { name: 'Entered by Mistake', phone: '9812345613', flat: 'C-301' }
  const tookMs: Record<string, number> = {}
  const timed = async (step: string, work: () => Promise<void>): Promise<void> => {
    const begun = performance.now()
    await work()
    tookMs[step] = Math.round(performance.now() - begun)
  }

  network.blackHole()
  await timed('form of a new visitor', () => kiosk.fillNewVisitor(visitor))
  await timed('let in, with photo', () => kiosk.confirmLetIn(visitor.name))
  await timed('search by phone', () => kiosk.search(visitor.phone, visitor.name))
  await timed('search by name', () => kiosk.search('harpreet', visitor.name))
  await timed('let out', () => kiosk.letOut(visitor.name))
  await timed('let in, and undone', async () => {
    await kiosk.letIn(mistake)
    await kiosk.takeBack(mistake.name)
  })
  await timed('sign out', () => kiosk.signOut())
  await timed('sign in', () => kiosk.signIn(guard))
  await kiosk.kill()
  await kiosk.launch()
  await timed('sign in after a restart', () => kiosk.signIn(guard))
  await timed('let in a returning visitor', () => kiosk.letInAgain(visitor.phone, visitor.name))

  process.stdout.write(`  never waiting, ms: ${JSON.stringify(tookMs)}\n`)
  expect(Object.entries(tookMs).filter(([, ms]) => ms > withinMs)).toEqual([])
  await kiosk.waitForOnline(false)

  network.up()
  await kiosk.waitForSynced()
  expect(await field.database.visitsByPhone(visitor.phone)).toMatchObject([
    { state: 'Left' },
    { state: 'Inside' },
  ])
  expect(await field.database.visitsByPhone(mistake.phone)).toMatchObject([{ state: 'Cancelled' }])
})
