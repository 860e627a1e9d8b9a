/** Every screen in the state that shows most of it, and how to get there. */
import { refusedCode } from '../fake-kiosk-data.ts'
import { barredName, barredPhone, samplePin } from '../fake-sample.ts'
import type { Page } from 'playwright-core'
import type { KioskData } from '../../data/kiosk-data.ts'
import { fillAndSettle } from './settled.ts'

/** In the page: what the other gate does. */
declare const galleryData: KioskData

export interface GalleryScreen {
  readonly name: string
  readonly query: Readonly<Record<string, string>>
  readonly walk?: (page: Page) => Promise<void>
}

const search =
  (text: string) =>
  async (page: Page): Promise<void> => {
    await fillAndSettle(page, text)
  }

const newcomer =
  (phone: string, name: string) =>
  async (page: Page): Promise<void> => {
    await search(phone)(page)
    await page.keyboard.press('Enter')
    await page.getByTestId('field-name').fill(name)
    await page.getByTestId('type-Delivery').click()
    await page.getByTestId('admission-bar').waitFor()
    await pause(page, 500)
  }

const pause = (page: Page, ms: number): Promise<void> => page.waitForTimeout(ms)

export const galleryScreens: readonly GalleryScreen[] = [
  { name: 'opening', query: { stage: 'opening' } },
  { name: 'failed', query: { stage: 'failed' } },
  { name: 'enrol', query: { start: 'unenrolled' } },
  {
    name: 'enrol-wrong',
    query: { start: 'unenrolled' },
    walk: async (page) => {
      await page.getByTestId('enrol-server').fill('chowki.lotus-heights.example')
      await page.getByTestId('enrol-code').fill('7K4M2')
      await page.getByTestId('enrol-submit').click()
    },
  },
  { name: 'enrolling', query: { stage: 'enrolling' } },
  { name: 'sign-in', query: { start: 'signedOut', locked: '1' } },
  { name: 'sign-in-many', query: { start: 'signedOut', crowd: '1' } },
  {
    name: 'sign-in-pin',
    query: { start: 'signedOut' },
    walk: async (page) => {
      await page.keyboard.press('1')
      await page.getByTestId('pin-1').click()
      await page.keyboard.type('234')
      await page.getByTestId('pin-submit').click()
      await page.getByTestId('pin-error').getByText(/./u).waitFor()
      await page.keyboard.type('25')
    },
  },
  {
    name: 'sign-in-locked',
    query: { start: 'signedOut', locked: '1' },
    walk: (page) => page.keyboard.press('2'),
  },
  { name: 'gate', query: { fake: 'online' } },
  { name: 'gate-offline', query: { fake: 'offline' } },
  { name: 'gate-empty', query: { fake: 'empty' } },
  { name: 'gate-quarantine', query: { fake: 'quarantine' } },
  { name: 'gate-revoked', query: { fake: 'revoked' } },
  {
    name: 'status-revoked',
    query: { fake: 'revoked', screen: 'status' },
    walk: async (page) => {
      await page.getByTestId('again-code').fill(refusedCode)
      await page.getByTestId('again-submit').click()
      await page.getByTestId('again-error').waitFor()
    },
  },
  { name: 'gate-results', query: { fake: 'online' }, walk: search('a-') },
  {
    name: 'gate-person',
    query: { fake: 'online' },
    walk: async (page) => {
      await search('priya')(page)
      await pause(page, 600)
    },
  },
  {
    name: 'gate-person-asks',
    query: { fake: 'online', asks: '1', nocamera: '1' },
    walk: async (page) => {
      await search('संगीता')(page)
      await pause(page, 200)
    },
  },
  { name: 'gate-inside', query: { fake: 'online' }, walk: search('ravi') },
  { name: 'gate-person-offline', query: { fake: 'offline' }, walk: search('salim') },
  { name: 'gate-inside-offline', query: { fake: 'offline' }, walk: search('pooja') },
  { name: 'gate-barred', query: { fake: 'online' }, walk: search('grace') },
  {
    name: 'gate-barred-override',
    query: { fake: 'online' },
    walk: async (page) => {
      await search('grace')(page)
      await page.getByTestId('approval-Override').click()
      await pause(page, 300)
    },
  },
  { name: 'gate-barred-new', query: { fake: 'online' }, walk: newcomer(barredPhone.slice(3), 'Asha Rane') },
  { name: 'gate-barred-name', query: { fake: 'online' }, walk: newcomer('9812345670', barredName) },
  {
    name: 'gate-new',
    query: { fake: 'online' },
    walk: async (page) => {
      await search('9812345670')(page)
      await page.keyboard.press('Enter')
      await pause(page, 900)
    },
  },
  {
    name: 'gate-correct',
    query: { fake: 'online' },
    walk: async (page) => {
      await search('priya')(page)
      await page.getByTestId('correct').click()
      await page.getByTestId('correct-phone').fill('12')
    },
  },
  {
    name: 'gate-who',
    query: { fake: 'online' },
    walk: async (page) => {
      await search('9900014121')(page)
      await page.getByTestId('new-visitor').click()
      await page.getByTestId('who-1').waitFor()
      await pause(page, 900)
    },
  },
  {
    name: 'gate-new-flat',
    query: { fake: 'offline', fixed: '1' },
    walk: async (page) => {
      await search('9812345670')(page)
      await page.keyboard.press('Enter')
      await page.getByTestId('field-name').fill('Balasubramaniam Venkataraghavan')
      await fillAndSettle(page, 'b-1', 'field-flat')
      await page.getByTestId('flat-option-2').waitFor()
    },
  },
  {
    name: 'gate-undo',
    query: { fake: 'offline' },
    walk: async (page) => {
      await search('priya')(page)
      await pause(page, 900)
      await page.getByTestId('main-action').click()
      await page.getByTestId('undo').waitFor()
    },
  },
  {
    name: 'gate-aside',
    query: { fake: 'online' },
    walk: async (page) => {
      await search('9812345670')(page)
      await page.keyboard.press('Enter')
      await page.getByTestId('field-name').fill('Balasubramaniam Venkataraghavan')
      await page.keyboard.press('Escape')
      await search('a-')(page)
      await page.getByTestId('aside').waitFor()
    },
  },
  {
    name: 'gate-refused',
    query: { fake: 'online', refuses: '1', slowcamera: '300' },
    walk: async (page) => {
      await search('priya')(page)
      await page.getByTestId('main-action').click()
      await search('a-')(page)
      await page.getByTestId('failed-line').waitFor()
    },
  },
  { name: 'inside', query: { fake: 'offline', screen: 'inside' } },
  {
    name: 'inside-held',
    query: { fake: 'online', screen: 'inside' },
    walk: async (page) => {
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('ArrowDown')
      await page.evaluate(async () => {
        const [, second] = galleryData.inside.current()
        const { recent } = galleryData
        const away = recent.current().find((visit) => visit.exitAt !== null)
        if (second === undefined || away === undefined) throw new Error('The sample has too few visits')
        await galleryData.letOut(second.entryId)
        await galleryData.undoLetOut({ entryIds: [away.entryId] })
      })
      await page.getByTestId('newcomers').waitFor()
    },
  },
  { name: 'inside-twice', query: { twice: '1', screen: 'inside' } },
  { name: 'gate-inside-twice', query: { twice: '1' }, walk: search('deepak') },
  {
    name: 'inside-twice-out',
    query: { twice: '1', screen: 'inside' },
    walk: async (page) => {
      await fillAndSettle(page, 'deepak', 'inside-search')
      await page.keyboard.press('Enter')
      await page.keyboard.press('Enter')
      await page.getByTestId('undo').waitFor()
    },
  },
  { name: 'inside-empty', query: { fake: 'empty', screen: 'inside' } },
  {
    name: 'inside-undo',
    query: { screen: 'inside' },
    walk: async (page) => {
      await fillAndSettle(page, 'asif', 'inside-search')
      await page.keyboard.press('Enter')
      await page.keyboard.press('Enter')
      await page.getByTestId('undo').waitFor()
      await page.keyboard.press('ArrowDown')
    },
  },
  { name: 'status', query: { fake: 'quarantine', screen: 'status' } },
  {
    name: 'status-supervisors',
    query: { fake: 'quarantine', screen: 'status', supervisors: '1' },
    walk: async (page) => {
      await page.getByTestId('save-diagnostics').click()
      await page.getByTestId('supervisor-dialog').waitFor()
    },
  },
  {
    name: 'status-supervisor-pin',
    query: { fake: 'quarantine', screen: 'status' },
    walk: async (page) => {
      await page.getByTestId('save-diagnostics').click()
      await page.keyboard.type('0000')
      await page.keyboard.press('Enter')
      await page.getByTestId('pin-error').getByText(/./u).waitFor()
    },
  },
  {
    name: 'status-diagnostics-failed',
    query: { fake: 'offline', screen: 'status', fulldisk: '1' },
    walk: async (page) => {
      await page.getByTestId('save-diagnostics').click()
      await page.keyboard.type(samplePin)
      await page.keyboard.press('Enter')
      await page.getByTestId('diagnostics-saved').getByText(/./u).waitFor()
    },
  },
  { name: 'status-offline', query: { fake: 'offline', screen: 'status', nocamera: '1' } },
  {
    name: 'guard-menu',
    query: { fake: 'offline' },
    walk: async (page) => {
      await page.getByTestId('guard-menu').click()
      await page.getByTestId('sign-out').waitFor()
    },
  },
]
