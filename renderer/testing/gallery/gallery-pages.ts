/** For a test file in a browser: one gallery for all its tests, closed after the last. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'
import { openGallery } from './open-gallery.ts'
import type { Gallery } from './open-gallery.ts'

export interface GalleryPages {
  /** A page of 1280x800 with this query of `gallery.tsx`, closed after the test, which fails if it reported a fault. */
  open(query?: Readonly<Record<string, string>>): Promise<Page>
}

/** Call it outside of the tests. */
export function galleryPages(): GalleryPages {
  let gallery: Gallery | undefined
  beforeAll(async () => {
    gallery = await openGallery()
  })
  afterAll(() => gallery?.close())
  return {
    async open(query = {}) {
      if (gallery === undefined) throw new Error('the gallery is not open')
      const { page, faults } = await gallery.show({ width: 1280, height: 800, query })
      onTestFinished(async () => {
        await page.close()
        expect(faults).toEqual([])
      })
      return page
    },
  }
}
