import { expect, test } from './harness/field.ts'

const devanagari = /\p{Script=Devanagari}/u

test('a whole visit in Hindi, the language kept over a restart', async ({ field }) => {
  const { kiosk } = await field.openDesk()
  const visitor = { name: 'सुनीता यादव', phone: '9812345612', flat: 'A-101' }
  await kiosk.at('language-switch').click()
  await expect(kiosk.at('rail-inside')).toHaveText(devanagari)
  await kiosk.fillNewVisitor(visitor)
  await expect(kiosk.at('main-action')).toHaveText(devanagari)
  await kiosk.confirmLetIn(visitor.name)
  await kiosk.waitForSynced()
  await kiosk.quit()

  await kiosk.launch()
  await expect(kiosk.page.locator('html')).toHaveAttribute('lang', 'hi')
  await kiosk.signIn(field.guards[0])
  await kiosk.search('सुनीता', visitor.name)
  await kiosk.search('sunita', visitor.name)
  await kiosk.letOut(visitor.name)
  await kiosk.waitForSynced()
  expect(await field.database.visitsByPhone(visitor.phone)).toMatchObject([{ state: 'Left' }])
  expect(kiosk.pageErrors).toEqual([])
})
