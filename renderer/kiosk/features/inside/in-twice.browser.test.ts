import { expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { galleryPages } from '../../../testing/gallery/gallery-pages.ts'
import { typeAndSettle } from '../../../testing/gallery/settled.ts'

const gallery = galleryPages()

/** Deepak Rao was let in at both gates while they could not hear of each other. */
async function desk(query: Record<string, string>): Promise<Page> {
  const page = await gallery.open({ twice: '1', ...query })
  return page
}

const rowsOf = (page: Page) => page.locator('[data-testid^="inside-row-"]').filter({ hasText: 'Deepak Rao' })

test('FAULT-2: in twice is one row with both gates; one exit ends both, says so, and can be taken back', async () => {
  const page = await desk({ screen: 'inside' })
  await page.getByText('12 inside').waitFor()
  const row = rowsOf(page)
  expect(await row.count()).toBe(1)
  const words = await row.textContent()
  for (const part of ['In twice', 'Main Gate', 'East Gate']) expect(words).toContain(part)
  await row.getByRole('button').click()
  await page.getByText('Was in twice: both visits have ended.').waitFor()
  await page.getByText('11 inside').waitFor()
  expect(await rowsOf(page).count()).toBe(0)
  await page.getByTestId('undo').click()
  await page.getByText('12 inside').waitFor()
  expect(await rowsOf(page).textContent()).toContain('In twice')
})

test('FAULT-2: the gate’s panel and the journal tell the same', async () => {
  const page = await desk({})
  const journal = page.locator('[data-testid^="visit-"][data-mark]').filter({ hasText: 'Deepak Rao' })
  await journal.first().waitFor()
  expect(await journal.count()).toBe(2)
  for (const words of await journal.allTextContents()) expect(words).toContain('In twice')
  await typeAndSettle(page, 'deepak')
  const panel = page.getByTestId('visit-panel')
  for (const words of ['In twice', 'Main Gate', 'East Gate']) await panel.getByText(words).waitFor()
})
