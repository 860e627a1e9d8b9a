import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { gapPx, targetPx } from '../../ui/theme.ts'
import { inspectLayout } from './inspect-layout.ts'
import { openGallery } from './open-gallery.ts'
import type { Gallery } from './open-gallery.ts'
import { galleryScreens } from './screens.ts'

let gallery: Gallery
beforeAll(async () => {
  gallery = await openGallery()
})
afterAll(() => gallery?.close())

const smallest = { width: 1024, height: 600 }
const larger = [
  // 1366x768 scaled by 125 %.
  { width: 1093, height: 614 },
  { width: 1280, height: 720 },
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
]
const languages = ['en', 'hi']

describe.each(languages)('in %s', (language) => {
  test.each(galleryScreens)(
    'FAULT-5 $name: no word is cut, nothing to press is off the screen, every target is met by a thumb',
    async ({ query, walk }) => {
      const { page, faults } = await gallery.show({ ...smallest, query: { ...query, language } })
      onTestFinished(() => page.close())
      await walk?.(page)
      const found: string[] = []
      for (const size of [smallest, ...larger]) {
        await page.setViewportSize(size)
        await page.evaluate(() =>
          Promise.allSettled(document.getAnimations().map((animation) => animation.finished)),
        )
        const here = await page.evaluate(inspectLayout, { targetPx, gapPx })
        found.push(...here.map((fault) => `${size.width}x${size.height}: ${fault}`))
      }
      expect(found).toEqual([])
      expect(faults).toEqual([])
    },
  )
})

test('the measure itself finds a cut word, a small target and two that are too near', async () => {
  const { page } = await gallery.show({ width: 1280, height: 800, query: { start: 'signedOut' } })
  onTestFinished(() => page.close())
  await page.evaluate(() => {
    const button = (text: string, css: string): void => {
      const made = document.createElement('button')
      made.textContent = text
      made.style.cssText = `position:fixed;overflow:visible;padding:0;white-space:nowrap;${css}`
      document.body.append(made)
    }
    button('A word that is far too long', 'left:0;top:0;width:60px;height:60px')
    button('ok', 'left:64px;top:0;width:40px;height:60px')
    button('Below', 'left:0;top:200px;width:90px;height:60px')
    button('Above', 'left:0;top:190px;width:90px;height:60px')
  })
  const faults = await page.evaluate(inspectLayout, { targetPx, gapPx })
  expect(faults.some((fault) => fault.startsWith('words stand over: A word'))).toBe(true)
  expect(faults).toContain('words are covered: Below')
  expect(faults.some((fault) => fault.startsWith('target is 40x60'))).toBe(true)
  expect(faults.some((fault) => fault.startsWith('only 4 px'))).toBe(true)
})
