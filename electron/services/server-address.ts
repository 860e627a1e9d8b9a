/** A server is named by its origin only: no path, no credentials, http or https. */
export const toServerOrigin = (text: string): string | null => {
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return null
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return null
  return url.pathname === '/' ? url.origin : null
}
