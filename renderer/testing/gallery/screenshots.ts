/**
 * `node renderer/testing/gallery/screenshots.ts <folder> [part of a screen's name]`: each screen at three sizes, in both
 * languages, by day and by night, for the eyes of whoever changed it.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { openGallery } from './open-gallery.ts'
import { galleryScreens } from './screens.ts'

const sizes = [
  { width: 1280, height: 800 },
  // 1366x768 scaled by 125 %.
  { width: 1093, height: 614 },
  { width: 1920, height: 1080 },
] as const
const languages = ['en', 'hi'] as const
const themes = ['light', 'dark'] as const

const [folder = 'screenshots', part = ''] = process.argv.slice(2)
await mkdir(folder, { recursive: true })
const gallery = await openGallery()
try {
  for (const { width, height } of sizes)
    for (const language of languages)
      for (const theme of themes)
        for (const screen of galleryScreens.filter((s) => s.name.includes(part))) {
          const { page, faults } = await gallery.show({
            width,
            height,
            query: { ...screen.query, language, theme },
          })
          await screen.walk?.(page)
          await page.waitForTimeout(300)
          await page.screenshot({ path: join(folder, `${screen.name}.${width}.${language}.${theme}.png`) })
          for (const fault of faults) process.stderr.write(`${screen.name}: ${fault}\n`)
          await page.close()
        }
} finally {
  await gallery.close()
}
