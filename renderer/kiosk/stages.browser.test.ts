import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Page } from 'playwright-core'
import { refusedCode } from '../testing/fake-kiosk-data.ts'
import { samplePin } from '../testing/fake-sample.ts'
import { openGallery } from '../testing/gallery/open-gallery.ts'
import type { Gallery } from '../testing/gallery/open-gallery.ts'
import { fillAndSettle } from '../testing/gallery/settled.ts'

let gallery: Gallery
beforeAll(async () => {
  gallery = await openGallery()
})
afterAll(() => gallery?.close())

async function kiosk(query: Record<string, string>): Promise<Page> {
  const { page, faults } = await gallery.show({ width: 1280, height: 800, query })
  onTestFinished(async () => {
    await page.close()
    expect(faults).toEqual([])
  })
  return page
}

test('enrolment says in words what is wrong with the address and the code, and takes a code as it is read aloud', async () => {
  const page = await kiosk({ start: 'unenrolled' })
  const error = page.getByTestId('enrol-error')
  await page.getByTestId('enrol-server').fill('two words')
  await page.getByTestId('enrol-submit').click()
  await error.getByText('An address begins with https://').waitFor()
  await page.getByTestId('enrol-server').fill('chowki.example.org')
  await page.getByTestId('enrol-code').fill('7k4m')
  await page.getByTestId('enrol-submit').click()
  await error.getByText('The code has 8 letters and digits.').waitFor()
  await page.getByTestId('enrol-code').fill('7k4m-2xqo')
  expect(await page.getByTestId('enrol-code').inputValue()).toBe('7K4M 2XQ0')
  await page.keyboard.press('Enter')
  await page.getByText('Who is on duty?').waitFor()
})

test('a kiosk that was started with server and code enrols without being touched', async () => {
  const page = await kiosk({ start: 'unenrolled', server: 'https://chowki.example.org', code: '7K4M2XQ9' })
  await page.getByText('Who is on duty?').waitFor()
})

test('FAULT-6 a kiosk that was started with a used code says so, and takes another', async () => {
  const page = await kiosk({ start: 'unenrolled', server: 'https://chowki.example.org', code: refusedCode })
  await page.getByTestId('enrol-error').getByText('This code has already set up a desk.').waitFor()
  await page.getByTestId('enrol-code').fill('7K4M2XQ9')
  await page.getByTestId('enrol-submit').click()
  await page.getByText('Who is on duty?').waitFor()
})

test('a guard signs in by keys alone; a wrong PIN is said in words and empties the places', async () => {
  const page = await kiosk({ start: 'signedOut' })
  await page.getByText('Who is on duty?').waitFor()
  await page.keyboard.press('1')
  await page.getByText('Suresh Yadav, your PIN').waitFor()
  await page.keyboard.type('0000')
  await page.keyboard.press('Enter')
  await page.getByText('Wrong PIN.').waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('1')
  await page.keyboard.type(samplePin)
  await page.keyboard.press('Enter')
  await page.getByTestId('search').waitFor()
})

test('FAULT-1: a PIN typed on a Hindi keyboard is the same PIN', async () => {
  const page = await kiosk({ start: 'signedOut' })
  await page.keyboard.press('1')
  await page.getByText('Suresh Yadav, your PIN').waitFor()
  const keys = Array.from(samplePin, (digit) => String.fromCodePoint(0x0966 + Number(digit)))
  for (const key of keys)
    await page.evaluate(
      (pressed) => document.body.dispatchEvent(new KeyboardEvent('keydown', { key: pressed, bubbles: true })),
      key,
    )
  await page.keyboard.press('Enter')
  await page.getByTestId('search').waitFor()
})

test('a locked guard sees the time run down and can press nothing', async () => {
  const page = await kiosk({ start: 'signedOut', locked: '1' })
  await page.keyboard.press('2')
  const locked = page.getByTestId('pin-locked')
  await locked.waitFor()
  const first = await locked.textContent()
  expect(first).toMatch(/Locked for 1:3\d/u)
  expect(await page.getByTestId('pin-1').isDisabled()).toBe(true)
  await expect.poll(() => locked.textContent()).not.toBe(first)
})

test('the language changes on every screen, before a guard has signed in too', async () => {
  for (const [query, words] of [
    [{ start: 'unenrolled' }, 'यह डेस्क चालू करें'],
    [{ stage: 'enrolling' }, '9 में से 3'],
    [{ start: 'signedOut' }, 'ड्यूटी पर कौन है?'],
    [{ stage: 'failed' }, 'यह डेस्क नहीं खुल रहा'],
  ] as const) {
    const page = await kiosk({ ...query })
    await page.getByTestId('language-switch').click()
    await page.getByText(words).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('hi')
  }
})

test('P1 signing out with unsynced records is allowed and says that they are safe', async () => {
  const page = await kiosk({ fake: 'offline' })
  await page.getByTestId('guard-menu').click()
  await page
    .getByText('5 records wait for the network. They are safe on this desk and are sent later.')
    .waitFor()
  await page.getByTestId('sign-out').click()
  await page.getByText('Who is on duty?').waitFor()
})

test('P4 the status bar counts what is not on the server, and how old the knowledge is', async () => {
  const page = await kiosk({ fake: 'offline' })
  const state = page.getByTestId('sync-state')
  expect(await state.evaluate((element: HTMLElement) => ({ ...element.dataset }))).toMatchObject({
    online: 'false',
    unsynced: '5',
    photos: '3',
    quarantined: '0',
  })
  expect(await state.textContent()).toMatch(/Offline.*5 waiting for network.*3 photos.*as of 47 min ago/u)
})

test('FAULT-5 what waits for longer than a quarter of an hour says so on the status bar', async () => {
  const page = await kiosk({ fake: 'offline' })
  expect(await page.getByTestId('sync-state').textContent()).toContain('oldest waits 47 min')
  const soon = await kiosk({ fake: 'quarantine' })
  expect(await soon.getByTestId('sync-state').textContent()).not.toContain('oldest waits')
})

test('P4 a refused record stands in the status with its reason and what to do', async () => {
  const page = await kiosk({ fake: 'quarantine' })
  await page.getByTestId('sync-state').click()
  await page.getByText('Visit (vehicle): The record does not have the right form.').waitFor()
  await page.getByText('Saved on this desk.').waitFor()
})

test('FAULT-6 a desk that is taken no more has a place for the new code on the screen that asks for it', async () => {
  const page = await kiosk({ fake: 'revoked' })
  await page.getByTestId('sync-state').click()
  await page.getByTestId('again-code').fill(refusedCode)
  await page.getByTestId('again-submit').click()
  await page.getByTestId('again-error').getByText('This code has already set up a desk.').waitFor()
  await page.getByTestId('again-code').fill('7k4m 2xq9')
  await page.keyboard.press('Enter')
  await page.getByTestId('again-code').waitFor({ state: 'detached' })
  expect(await page.getByTestId('sync-state').getAttribute('data-unsynced')).toBe('0')
})

test('the fixed camera that fails does not hold the visit up, and the guard is told', async () => {
  const page = await kiosk({ fixed: '1' })
  await fillAndSettle(page, 'priya')
  await page.getByText('The gate camera takes the picture when you let in.').waitFor()
  await page.getByTestId('main-action').click()
  await page.getByText('Saved without a photo: the camera gave no picture.').waitFor()
})

test('the theme goes by the clock until a guard chooses', async () => {
  const page = await kiosk({ theme: 'auto' })
  const scheme = () => page.locator('html').getAttribute('data-mantine-color-scheme')
  const hour = Number(
    new Intl.DateTimeFormat('en', { timeZone: 'Asia/Kolkata', hour: 'numeric', hourCycle: 'h23' }).format(
      Date.now(),
    ),
  )
  expect(await scheme()).toBe(hour >= 19 || hour < 6 ? 'dark' : 'light')
  await page.getByTestId('guard-menu').click()
  await page.getByTestId('theme-dark').click()
  expect(await scheme()).toBe('dark')
  await page.getByTestId('theme-light').click()
  expect(await scheme()).toBe('light')
})
