/**
 * The page's own origin. IndexedDB belongs to it: changing the scheme or the host would orphan every
 * record that a kiosk has not sent yet, so these never change.
 */
export const kioskScheme = 'chowki'
export const kioskHost = 'kiosk'
export const kioskOrigin = `${kioskScheme}://${kioskHost}`

/** Compared by parts: Node gives `origin` as the text "null" for every scheme that it does not know. */
export const isKioskUrl = (text: string): boolean => {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  return (
    url.protocol === `${kioskScheme}:` && url.host === kioskHost && url.username === '' && url.password === ''
  )
}
