import { expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { barredName, barredPhone, barredPlate } from '../../../testing/fake-sample.ts'
import { galleryPages } from '../../../testing/gallery/gallery-pages.ts'
import { typeAndSettle } from '../../../testing/gallery/settled.ts'

const gallery = galleryPages()

async function desk(): Promise<Page> {
  const page = await gallery.open()
  await page.getByTestId('search').waitFor()
  return page
}

const focusedTestId = (page: Page): Promise<string | null> =>
  page.evaluate(() => document.activeElement?.getAttribute('data-testid') ?? null)
const bar = (page: Page, words: string) => page.getByTestId('admission-bar').getByText(words)
const isLetIn = async (page: Page): Promise<boolean> => (await page.getByTestId('undo').count()) > 0

/** A name is a suggestion: one Enter takes it, the next acts (FAULT-2). */
async function chooseAndAct(page: Page): Promise<void> {
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
}

/** A new visitor with phone, name, flat and kind; all that an ordinary one needs. */
async function writeNew(page: Page, phone: string, name: string): Promise<void> {
  await typeAndSettle(page, phone)
  await page.getByText('Nobody known by this').waitFor()
  await page.keyboard.press('Enter')
  await expect.poll(() => focusedTestId(page)).toBe('field-name')
  await page.keyboard.type(name)
  await page.keyboard.press('Enter')
  await expect.poll(() => focusedTestId(page)).toBe('field-flat')
  await typeAndSettle(page, 'b-1', 'field-flat')
  await page.keyboard.press('ArrowDown')
  await page.locator('[data-testid="flat-option-2"][aria-selected=true]').waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Remove flat B-102' }).waitFor()
  await page.getByTestId('type-Delivery').click()
}

test('FAULT-4: a barred visitor is not let in by Enter: the guard’s word and a reason come first', async () => {
  const page = await desk()
  await typeAndSettle(page, 'grace')
  await bar(page, 'Asked not to come again by D-1103').waitFor()
  await chooseAndAct(page)
  await expect.poll(() => focusedTestId(page)).toBe('approval-Override')
  await page.keyboard.press('Alt+1')
  await page.keyboard.press('Enter')
  await expect.poll(() => focusedTestId(page)).toBe('field-reason')
  await page.getByText('Still to fill: why').waitFor()
  expect(await isLetIn(page)).toBe(false)
  await page.keyboard.type('Supervisor Rao asked for her')
  await page.keyboard.press('Enter')
  await page.getByText('Grace Fernandes let in').waitFor()
})

test('FAULT-4: a barred phone typed as new is caught, with the reason', async () => {
  const page = await desk()
  await writeNew(page, `0${barredPhone.slice(3)}`, 'Asha Rane')
  await bar(page, 'Took parcels of C-704, police know').waitFor()
  expect(await page.getByTestId('approval-PhoneCall').count()).toBe(0)
  await page.keyboard.press('Enter')
  await expect.poll(() => focusedTestId(page)).toBe('approval-Override')
  expect(await isLetIn(page)).toBe(false)
  await page.getByTestId('approval-Override').click()
  await page.getByTestId('reason-1').click()
  await page.keyboard.press('Enter')
  await page.getByText('Asha Rane let in').waitFor()
})

test('FAULT-4: a barred plate typed for somebody known is caught as it is typed', async () => {
  const page = await desk()
  await typeAndSettle(page, 'priya')
  await page.getByTestId('visit-panel').getByText('Priya Deshmukh').waitFor()
  expect(await page.getByTestId('admission-bar').count()).toBe(0)
  await page.getByTestId('field-vehicle').fill(`${barredPlate.slice(0, 4)} ${barredPlate.slice(4)}`)
  await bar(page, 'Hit the gate and drove off').waitFor()
  await page.keyboard.press('Enter')
  await expect.poll(() => focusedTestId(page)).toBe('approval-Override')
  expect(await isLetIn(page)).toBe(false)
  await page.getByTestId('field-vehicle').fill('')
  await page.getByTestId('admission-bar').waitFor({ state: 'detached' })
  await page.keyboard.press('Enter')
  await page.getByText('Priya Deshmukh let in').waitFor()
})

test('FAULT-4: on the guard’s word nobody comes in without a reason, barred or not', async () => {
  const page = await desk()
  await typeAndSettle(page, 'priya')
  await page.getByTestId('visit-panel').getByText('Priya Deshmukh').waitFor()
  await page.getByTestId('approval-Override').click()
  await page.getByText('Still to fill: why').waitFor()
  await page.keyboard.press('Enter')
  await expect.poll(() => focusedTestId(page)).toBe('field-reason')
  expect(await isLetIn(page)).toBe(false)
  await page.getByTestId('reason-2').click()
  expect(await page.getByTestId('field-reason').inputValue()).toBe('Emergency')
  await page.keyboard.press('Enter')
  await page.getByText('Priya Deshmukh let in').waitFor()
})

test('FAULT-4: a name like a barred one is a question that the guard answers', async () => {
  const page = await desk()
  await writeNew(page, '9812345670', barredName.toLowerCase())
  await bar(page, 'Sold false gas bills in tower A').waitFor()
  await page.keyboard.press('Enter')
  await expect.poll(() => focusedTestId(page)).toBe('name-checked')
  expect(await isLetIn(page)).toBe(false)
  await page.keyboard.press('Enter')
  await page.getByTestId('main-action').click()
  await page.getByText('let in').waitFor()
})
