/** Cameras as they are at gates: taken by another program, frozen, muted. */
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Page } from 'playwright-core'
import type { KioskData } from '../../../data/kiosk-data.ts'
import { openGallery } from '../../../testing/gallery/open-gallery.ts'
import type { Gallery } from '../../../testing/gallery/open-gallery.ts'
import { fillAndSettle } from '../../../testing/gallery/settled.ts'

declare const galleryData: KioskData

let gallery: Gallery
beforeAll(async () => {
  gallery = await openGallery()
})
afterAll(() => gallery?.close())

async function atPriya(query: Record<string, string>): Promise<Page> {
  const { page } = await gallery.show({ width: 1280, height: 800, query })
  onTestFinished(() => page.close())
  await page.locator('[data-search]').waitFor()
  await fillAndSettle(page, 'priya')
  await page.locator('[data-camera]').waitFor()
  return page
}

const photoOfNewest = (page: Page): Promise<string | null> =>
  page.evaluate(() => galleryData.recent.current()[0]?.entryPhotoId ?? null)

async function letIn(page: Page): Promise<string> {
  await page.getByTestId('main-action').click()
  await page.getByTestId('undo').waitFor()
  return page
    .getByRole('status')
    .filter({ has: page.getByTestId('undo') })
    .innerText()
}

test('FAULT-5 a camera that sends gives a photo, and nothing is said', async () => {
  const page = await atPriya({})
  await page.locator('[data-camera=live]').waitFor()
  expect(await letIn(page)).not.toContain('without a photo')
  expect(await photoOfNewest(page)).not.toBeNull()
})

test.each(['frozen', 'muted'])(
  'FAULT-5 a camera that is %s gives no photo, and the screen says so',
  async (camera) => {
    const page = await atPriya({ camera })
    expect(await letIn(page)).toContain('without a photo')
    expect(await photoOfNewest(page)).toBeNull()
  },
)

test.each(['frozen', 'muted'])('FAULT-5 a camera that is %s is said to send nothing', async (camera) => {
  const page = await atPriya({ camera })
  await page.locator('[data-camera=silent]').getByText('sends no picture').waitFor()
})

test('FAULT-5 a camera that another program had is tried again by itself', async () => {
  const page = await atPriya({ camera: 'busy' })
  await page.locator('[data-camera=live]').waitFor()
})
