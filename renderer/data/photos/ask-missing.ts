/** The server's word on which photos it holds, by id and hash; its answer is of what a majority has on disk. */
import type { PhotosMissingResponse } from '@chowki/shared/protocol/device-api.ts'

export type PhotoRequest = (path: string, init: RequestInit) => Promise<Response>

/** Ids of those that the server lacks. Rejects where it does not say. */
export async function askMissing(
  request: PhotoRequest,
  photos: readonly { readonly id: string; readonly sha256: string }[],
): Promise<ReadonlySet<string>> {
  const body = JSON.stringify({ photos: photos.map(({ id, sha256 }) => ({ id, sha256 })) })
  const answer: PhotosMissingResponse = await answered(
    await request('/api/photos/missing', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    }),
  )
  // Whatever stands between desk and server may answer 200 as well, and says of no photo that it is missing.
  if (!Array.isArray(answer.missing)) throw new Error('The answer says nothing of the photos')
  return new Set(answer.missing)
}

export async function answered<T>(response: Response): Promise<T> {
  if (!response.ok) throw new Error(`The server answered ${response.status}`)
  return (await response.json()) as T
}
