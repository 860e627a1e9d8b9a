import { expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { samplePin } from '../../../testing/fake-sample.ts'
import { galleryPages } from '../../../testing/gallery/gallery-pages.ts'

const gallery = galleryPages()

async function status(query: Record<string, string>): Promise<Page> {
  const page = await gallery.open({ screen: 'status', ...query })
  await page.getByTestId('save-diagnostics').waitFor()
  return page
}

const supervisor = 'செல்வம் முருகன்'
const typePin = async (page: Page, pin: string): Promise<void> => {
  await page.keyboard.type(pin)
  await page.keyboard.press('Enter')
}

test('P4 the newest trouble stands in words with its age; a desk without any says so', async () => {
  const page = await status({ fake: 'offline' })
  const words = await page.getByTestId('trouble').textContent()
  expect(words).toMatch(/Photos could not be sent.*12 min ago/u)
  const well = await status({ fake: 'online' })
  await well.getByTestId('no-trouble').getByText('Nothing has gone wrong on this desk.').waitFor()
})

test('a guard takes the diagnostics along by a supervisor’s PIN, and is still on duty', async () => {
  const page = await status({})
  const onDuty = await page.getByTestId('guard-menu').textContent()
  await page.getByTestId('save-diagnostics').click()
  await page.getByText(`${supervisor}, your PIN to save the diagnostics`).waitFor()
  await typePin(page, samplePin)
  await page.getByTestId('diagnostics-saved').getByText('chowki-diagnostics.json').waitFor()
  await page.getByTestId('supervisor-dialog').waitFor({ state: 'detached' })
  expect(await page.getByTestId('guard-menu').textContent()).toBe(onDuty)
})

test('a wrong PIN is said where it was typed, and nothing is saved', async () => {
  const page = await status({})
  await page.getByTestId('save-diagnostics').click()
  await typePin(page, '0000')
  await page.getByTestId('pin-error').getByText('Wrong PIN.').waitFor()
  await page.keyboard.press('Escape')
  await page.getByTestId('supervisor-dialog').waitFor({ state: 'detached' })
  expect(await page.getByTestId('diagnostics-saved').textContent()).toBe('')
})

test('of several supervisors one is chosen, by a key or a tap, and Escape goes one step back', async () => {
  const page = await status({ supervisors: '1' })
  const dialog = page.getByTestId('supervisor-dialog')
  await page.getByTestId('save-diagnostics').click()
  await dialog.getByText('Which supervisor?').waitFor()
  expect(await dialog.locator('[data-testid^="guard-card-"]').count()).toBe(2)
  await page.keyboard.press('1')
  await dialog.getByText('Gurpreet Singh, your PIN').waitFor()
  await page.keyboard.press('Escape')
  await dialog.getByText(supervisor).click()
  await dialog.getByText(`${supervisor}, your PIN`).waitFor()
  await typePin(page, samplePin)
  await page.getByTestId('diagnostics-saved').getByText('chowki-diagnostics.json').waitFor()
})

test('FAULT-5 on a full disk the screen says that the file was not written, and what helps', async () => {
  const page = await status({ fulldisk: '1' })
  await page.getByTestId('save-diagnostics').click()
  await typePin(page, samplePin)
  await page
    .getByTestId('diagnostics-saved')
    .getByText('The file was not written. Free some of this desk’s disk, then save it again.')
    .waitFor()
})
