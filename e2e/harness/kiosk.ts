/** A guard at a desk: what they do and what they see. */
import { expect } from '@playwright/test'
import type { Locator } from '@playwright/test'
import { KioskProcess } from './kiosk-process.ts'

export interface GuardLogin {
  readonly userId: string
  readonly name: string
  readonly pin: string
}

export interface NewVisitor {
  readonly name: string
  readonly phone: string
  /** As people say it, e.g. `A-101`. */
  readonly flat: string
  readonly type?: string
}

export interface SyncState {
  readonly online: boolean
  readonly unsynced: number
  readonly photos: number
  readonly quarantined: number
}

export class KioskDriver extends KioskProcess {
  at(testId: string): Locator {
    return this.page.getByTestId(testId)
  }

  // Enrolment and signing in

  async enrol(serverUrl: string, code: string): Promise<void> {
    await this.at('enrol-server').fill(serverUrl)
    await this.at('enrol-code').fill(code)
    await this.at('enrol-submit').click()
    await expect(this.page.getByTestId(/^guard-card-/).first()).toBeVisible({ timeout: 120_000 })
  }

  async signIn(guard: GuardLogin): Promise<void> {
    await this.#typePin(guard, guard.pin)
    await expect(this.at('search')).toBeVisible()
  }

  async failToSignIn(guard: GuardLogin, wrongPin: string): Promise<void> {
    await this.#typePin(guard, wrongPin)
    const words = this.at('pin-locked').or(this.at('pin-error').filter({ hasText: /\S/ }))
    await expect(words).toBeVisible()
    await this.at('another-guard').click()
  }

  /** On the list of guards. */
  async isLocked(guard: GuardLogin): Promise<boolean> {
    const card = this.at(`guard-card-${guard.userId}`)
    await expect(card).toBeVisible({ timeout: 120_000 })
    return (await card.filter({ hasText: 'Locked' }).count()) > 0
  }

  async signOut(): Promise<void> {
    await this.at('guard-menu').click()
    await this.at('sign-out').click()
    await expect(this.page.getByTestId(/^guard-card-/).first()).toBeVisible()
  }

  async #typePin(guard: GuardLogin, pin: string): Promise<void> {
    await this.at(`guard-card-${guard.userId}`).click({ timeout: 120_000 })
    await expect(this.at('pin-pad')).toBeVisible()
    await this.page.keyboard.type(pin)
    await this.at('pin-submit').click()
  }

  // At the gate

  /** Resolves once the screen calls the visit saved. */
  async letIn(visitor: NewVisitor): Promise<void> {
    await this.fillNewVisitor(visitor)
    await this.confirmLetIn(visitor.name)
  }

  async fillNewVisitor({ name, phone, flat, type = 'Guest' }: NewVisitor): Promise<void> {
    await this.at('rail-gate').click()
    await this.at('new-visitor').click()
    await this.at('field-phone').fill(phone)
    await this.at('field-name').fill(name)
    await this.#fillSearch('field-flat', flat)
    await this.page
      .getByTestId(/^flat-option-/)
      .filter({ hasText: flat })
      .first()
      .click()
    await this.at(`type-${type}`).click()
  }

  async confirmLetIn(name: string): Promise<void> {
    await this.at('main-action').click()
    await expect(this.undoLine(name)).toBeVisible()
  }

  /**
   * Types and pastes whatever it is given, as a keyboard would. False when the screen refuses it; then nothing was saved.
   */
  async tryLetIn({ name, phone, flat }: NewVisitor): Promise<boolean> {
    await this.at('rail-gate').click()
    await this.at('new-visitor').click()
    await this.at('field-phone').click()
    await this.page.keyboard.insertText(phone)
    await this.at('field-name').click()
    await this.page.keyboard.insertText(name)
    await this.#fillSearch('field-flat', flat)
    await this.page
      .getByTestId(/^flat-option-/)
      .filter({ hasText: flat })
      .first()
      .click()
    await this.at('type-Guest').click()
    await this.at('main-action').click()
    const panel = this.at('visit-panel')
    const objection = panel.getByText('Still to fill').or(panel.getByRole('alert')).first()
    const saved = await Promise.race([
      panel.waitFor({ state: 'detached' }).then(() => true),
      objection.waitFor().then(() => false),
    ])
    if (!saved) await this.page.keyboard.press('Escape')
    await expect(panel).toBeHidden()
    return saved
  }

  /** A known visitor: found by their phone, let in by Enter. */
  async letInAgain(phone: string, name: string): Promise<void> {
    await this.at('rail-gate').click()
    await this.#fillSearch('search', phone)
    await expect(this.at('result-1')).toContainText(name)
    await this.page.keyboard.press('Enter')
    await expect(this.undoLine(name)).toBeVisible()
  }

  async search(term: string, expectedName: string): Promise<void> {
    await this.at('rail-gate').click()
    await this.#fillSearch('search', term)
    await expect(this.page.getByTestId(/^result-/).filter({ hasText: expectedName })).toHaveCount(1)
    await this.at('search').fill('')
  }

  /** Waits until the results belong to this text and not to an earlier one. */
  async #fillSearch(place: 'search' | 'field-flat', words: string): Promise<void> {
    await this.at(place).fill(words)
    await expect(this.at(place)).toHaveAttribute('data-settled-for', words)
  }

  /** Shown for ten seconds once a visit of this person is saved. */
  undoLine(name: string): Locator {
    return this.page
      .getByRole('status')
      .filter({ hasText: name })
      .filter({ has: this.at('undo') })
  }

  /** After a person's moment: an undo that has just replaced another one takes nothing, as a hurried tap meant that one. */
  async takeBack(name: string): Promise<void> {
    await expect(this.undoLine(name)).toBeVisible()
    await this.page.waitForTimeout(700)
    await this.at('undo').click()
    await expect(this.undoLine(name)).toBeHidden()
  }

  /** A row of the journal beside the search: newest visits of all gates. */
  async journalRow(entryId: string): Promise<Locator> {
    await this.at('rail-gate').click()
    return this.at(`visit-${entryId}`)
  }

  // Inside

  async showInside(): Promise<void> {
    await this.at('rail-inside').click()
  }

  insideRow(name: string): Locator {
    return this.page.getByTestId(/^inside-row-/).filter({ hasText: name })
  }

  async entryIdInside(name: string): Promise<string> {
    const testId = await this.insideRow(name).getAttribute('data-testid')
    return testId?.replace('inside-row-', '') ?? ''
  }

  async letOut(name: string): Promise<void> {
    await this.showInside()
    await this.at(`let-out-${await this.entryIdInside(name)}`).click()
    await expect(this.insideRow(name)).toHaveCount(0)
    await expect(this.undoLine(name)).toBeVisible()
  }

  // What the desk says of itself

  async syncState(): Promise<SyncState> {
    const state = this.at('sync-state')
    const attribute = async (name: string): Promise<string> => (await state.getAttribute(name)) ?? ''
    return {
      online: (await attribute('data-online')) === 'true',
      unsynced: Number(await attribute('data-unsynced')),
      photos: Number(await attribute('data-photos')),
      quarantined: Number(await attribute('data-quarantined')),
    }
  }

  /** All records and photos of this desk are on the server. */
  async waitForSynced(timeoutMs = 180_000): Promise<void> {
    await expect
      .poll(() => this.syncState(), {
        timeout: timeoutMs,
        message: `${this.name} is in step with the server`,
      })
      .toMatchObject({ online: true, unsynced: 0, photos: 0 })
  }

  async waitForOnline(online: boolean, timeoutMs = 180_000): Promise<void> {
    await expect(this.at('sync-state')).toHaveAttribute('data-online', String(online), { timeout: timeoutMs })
  }
}
