/** What guards' hands really do: type, hold, tap twice, turn to the next one. */
import { expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { galleryPages } from '../../../testing/gallery/gallery-pages.ts'
import type { KioskData } from '../../../data/kiosk-data.ts'
import { fillAndSettle, typeAndSettle } from '../../../testing/gallery/settled.ts'

declare const galleryData: KioskData

const gallery = galleryPages()

async function desk(query: Record<string, string> = {}): Promise<Page> {
  const page = await gallery.open(query)
  page.setDefaultTimeout(15_000)
  await page.locator('[data-search]').waitFor()
  return page
}

const valueOf = (page: Page, testId: string): Promise<string> => page.getByTestId(testId).inputValue()
const insideCount = (page: Page): Promise<number> => page.evaluate(() => galleryData.inside.current().length)
const moment = (page: Page, ms: number): Promise<void> => page.waitForTimeout(ms)

async function fillNewcomer(page: Page, name: string): Promise<void> {
  await typeAndSettle(page, '9812345670')
  await page.getByTestId('new-visitor').click()
  await page.getByTestId('field-name').fill(name)
  await fillAndSettle(page, 'b-1', 'field-flat')
  await page.getByTestId('flat-option-1').click()
  await page.getByTestId('type-Guest').click()
}

test.each([
  ['a letter after tapping a chip', 'x'],
  ['a digit after tapping a chip', '9'],
  ['Esc', 'Escape'],
])('FAULT-1: a filled form is kept on %s, and F9 goes on with it', async (_, key) => {
  const page = await desk()
  await fillNewcomer(page, 'Asha Rane')
  await page.keyboard.press(key)
  await page.getByTestId('aside').getByText('Asha Rane').waitFor()
  if (key.length === 1) expect(await valueOf(page, 'search')).toBe(key)
  await page.keyboard.press('F9')
  expect(await valueOf(page, 'field-name')).toBe('Asha Rane')
  expect(await page.getByTestId('type-Guest').getAttribute('aria-checked')).toBe('true')
  await page.getByTestId('main-action').click()
  await page.getByText('Asha Rane let in').waitFor()
  expect(await page.getByTestId('aside').count()).toBe(0)
})

test('FAULT-1: Ctrl+Enter keeps a filled form; it is thrown away on purpose only, and brought back', async () => {
  const page = await desk()
  await fillNewcomer(page, 'Asha Rane')
  await page.keyboard.press('Control+Enter')
  expect(await valueOf(page, 'field-name')).toBe('Asha Rane')
  await fillAndSettle(page, 'priya')
  await page.getByTestId('result-1').click()
  await page.getByTestId('throw-away').click()
  await page.getByTestId('bring-back').click()
  expect(await valueOf(page, 'field-name')).toBe('Asha Rane')
})

test('FAULT-1: Ctrl+Z takes back a text; F8 takes back the visit, and says so', async () => {
  const page = await desk()
  const before = await insideCount(page)
  await typeAndSettle(page, '9900014121')
  await page.keyboard.press('Enter')
  await page.getByTestId('undo').waitFor()
  expect(await page.getByTestId('undo').locator('kbd').textContent()).toBe('F8')
  await page.keyboard.type('rav')
  await page.keyboard.press('Control+z')
  await moment(page, 100)
  expect(await valueOf(page, 'search')).not.toBe('rav')
  expect(await insideCount(page)).toBe(before + 1)
  await page.keyboard.press('F8')
  await page.getByTestId('undo').waitFor({ state: 'detached' })
  expect(await insideCount(page)).toBe(before)
})

test('FAULT-1: with a slow camera the next search is typed at once, and is not wiped when the save ends', async () => {
  const page = await desk({ slowcamera: '1200' })
  await typeAndSettle(page, '9900014121')
  await page.keyboard.press('Enter')
  await typeAndSettle(page, 'kumar')
  await page.getByText('Priya Deshmukh let in').waitFor()
  expect(await valueOf(page, 'search')).toBe('kumar')
})

test('FAULT-1: with a slow camera "Let in", then Esc: the visit is saved', async () => {
  const page = await desk({ slowcamera: '1200' })
  await typeAndSettle(page, '9900014121')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await page.getByText('Priya Deshmukh let in').waitFor()
  expect(await valueOf(page, 'search')).toBe('')
})

test('FAULT-1: with a slow camera "Let in", then sign-out: the desk waits until the visit is saved', async () => {
  const page = await desk({ slowcamera: '1200' })
  const before = await insideCount(page)
  await typeAndSettle(page, '9900014121')
  await page.keyboard.press('Enter')
  await page.getByTestId('guard-menu').click()
  await page.getByTestId('sign-out').click()
  await page.getByTestId('sign-out').getByText('Saving').waitFor()
  await page.getByText('Who is on duty?').waitFor()
  expect(await insideCount(page)).toBe(before + 1)
})

test('FAULT-1: a visit that could not be saved is told to a guard who has gone on, and holds him back at sign-out', async () => {
  const page = await desk({ slowcamera: '1200', refuses: '1' })
  await fillNewcomer(page, 'Asha Rane')
  await page.getByTestId('main-action').click()
  await page.keyboard.type('kumar')
  await page.getByTestId('failed-line').getByText('Asha Rane was not let in.').waitFor()
  await page.keyboard.press('F9')
  expect(await valueOf(page, 'field-name')).toBe('Asha Rane')
  await page.getByTestId('main-action').click()
  await page.getByTestId('guard-menu').click()
  await page.getByTestId('sign-out').click()
  await page.getByTestId('sign-out').waitFor({ state: 'detached' })
  expect(await page.getByTestId('search').count()).toBe(1)
  await page.getByRole('alert').waitFor()
})

test('FAULT-1: Backspace held to erase the words of a flat takes no flat that is chosen', async () => {
  const page = await desk()
  await fillNewcomer(page, 'Asha Rane')
  await fillAndSettle(page, 'c-1', 'field-flat')
  await page.getByTestId('field-flat').focus()
  for (let n = 0; n < 6; n++) await page.keyboard.down('Backspace')
  await page.keyboard.up('Backspace')
  expect(await valueOf(page, 'field-flat')).toBe('')
  expect(await page.getByRole('button', { name: /Remove flat B-1/u }).count()).toBe(1)
})
