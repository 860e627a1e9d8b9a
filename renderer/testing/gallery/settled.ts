/** Words typed are not yet words answered: a key pressed in between only chooses, however long the machine takes. */
import type { Page } from 'playwright-core'

/** Into whatever has the focus, or else into the screen's search; resolves when what is offered belongs to `text`. */
export async function typeAndSettle(page: Page, text: string, place = 'search'): Promise<void> {
  await page.keyboard.type(text)
  await settled(page, text, place)
}

export async function fillAndSettle(page: Page, text: string, place = 'search'): Promise<void> {
  await page.getByTestId(place).fill(text)
  await settled(page, text, place)
}

const settled = (page: Page, text: string, place: string): Promise<void> =>
  page.locator(`[data-testid="${place}"][data-settled-for=${JSON.stringify(text)}]`).waitFor()
