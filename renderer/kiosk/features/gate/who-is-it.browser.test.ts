import { expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { galleryPages } from '../../../testing/gallery/gallery-pages.ts'
import { fillAndSettle, typeAndSettle } from '../../../testing/gallery/settled.ts'

const gallery = galleryPages()

async function desk(): Promise<Page> {
  const page = await gallery.open()
  await page.getByTestId('search').waitFor()
  return page
}

/** A newcomer with Priya Deshmukh's phone. */
async function askedDesk(): Promise<Page> {
  const page = await desk()
  await typeAndSettle(page, '9900014121')
  await page.getByTestId('new-visitor').click()
  await page.getByTestId('who-is-it').getByText('Priya Deshmukh').waitFor()
  return page
}

const undoLines = (page: Page): Promise<number> => page.getByTestId('undo').count()

test('FAULT-2: a phone that is known is asked about with faces, and Enter answers nothing by itself', async () => {
  const page = await askedDesk()
  await page.getByTestId('who-1').locator('img').waitFor()
  await page.getByTestId('main-action').click()
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-field'))).toBe('who')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  await page.waitForTimeout(200)
  expect(await page.getByTestId('who-is-it').count()).toBe(1)
  expect(await undoLines(page)).toBe(0)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByTestId('visit-panel').getByText('Last here').waitFor()
  expect(await undoLines(page)).toBe(0)
})

test('FAULT-2: somebody else on the phone is let in under her own name, and nobody is renamed', async () => {
  const page = await askedDesk()
  await page.getByTestId('who-else').click()
  await page.getByTestId('who-is-it').waitFor({ state: 'detached' })
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-field')))
    .toBe('name')
  await page.keyboard.type('Meena Deshmukh')
  await fillAndSettle(page, 'b-1', 'field-flat')
  await page.getByTestId('flat-option-1').click()
  await page.getByTestId('type-Guest').click()
  await page.getByTestId('main-action').click()
  await page.getByText('Meena Deshmukh let in').waitFor()
  // Two people on one phone: a second look, and Enter lets in neither.
  await typeAndSettle(page, '9900014121')
  await page.getByTestId('result-2').waitFor()
  const found = await page.locator('[data-testid^="result-"]').allTextContents()
  expect(found.some((row) => row.includes('Priya Deshmukh'))).toBe(true)
  expect(found.some((row) => row.includes('Meena Deshmukh'))).toBe(true)
  const before = await page.getByText('Priya Deshmukh let in').count()
  await page.keyboard.press('Enter')
  await page.waitForTimeout(200)
  expect(await page.getByText('Priya Deshmukh let in').count()).toBe(before)
  expect(await page.getByText('Meena Deshmukh let out').count()).toBe(0)
})

test('FAULT-2: a name is corrected by an act of its own, and Enter in it lets nobody in', async () => {
  const page = await desk()
  await typeAndSettle(page, 'priya')
  await page.getByTestId('correct').click()
  await page.getByTestId('correct-phone').fill('12')
  await page.getByTestId('correct-name').fill('Priya Deshpande')
  await page.getByTestId('correct-name').press('Enter')
  await page.getByTestId('correct-form').getByText('Still to fill: a whole phone number').waitFor()
  await page.getByTestId('correct-phone').fill('9900014121')
  await page.getByTestId('correct-name').press('Enter')
  await page.getByTestId('correct-form').waitFor({ state: 'detached' })
  await page.getByTestId('visit-panel').getByText('Priya Deshpande').waitFor()
  await page.getByTestId('result-1').getByText('Priya Deshpande').waitFor()
  expect(await undoLines(page)).toBe(0)
  // The place of a tap is dead for a moment.
  await page.waitForTimeout(700)
  await page.getByTestId('correct').click()
  await page.getByTestId('correct-name').fill('Nobody')
  await page.getByTestId('correct-name').press('Escape')
  await page.getByTestId('visit-panel').getByText('Priya Deshpande').waitFor()
  expect(await page.getByTestId('search').inputValue()).toBe('priya')
})
