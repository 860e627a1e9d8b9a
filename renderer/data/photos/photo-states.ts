/** Which photos are not on the server, in memory, so that a list of visits draws its ticks without asking the disk. */
import type { DeskStore, PhotoState } from '../desk/desk-store.ts'
import type { SyncMark } from '../kiosk-data.ts'

export interface PhotoStates {
  waitingCount(): number
  markOf(photoId: string): SyncMark
  kept(photoIds: readonly string[]): void
  sent(photoIds: readonly string[]): void
  /** Deleted here with the document that never came to be. */
  dropped(photoIds: readonly string[]): void
  refused(photoId: string): void
}

export async function loadPhotoStates(desk: DeskStore, onChange: () => void): Promise<PhotoStates> {
  const idsOf = async (state: PhotoState): Promise<Set<string>> => {
    const keys = await desk.photos
      .where('[state+takenAt]')
      .between([state, -Infinity], [state, Infinity])
      .primaryKeys()
    return new Set(keys)
  }
  const [waiting, refused] = await Promise.all([idsOf('waiting'), idsOf('refused')])
  const waitNoLonger = (photoIds: readonly string[]): void => {
    for (const id of photoIds) waiting.delete(id)
    onChange()
  }
  return {
    waitingCount: () => waiting.size,
    markOf: (photoId) => (refused.has(photoId) ? 'refused' : waiting.has(photoId) ? 'saved' : 'synced'),
    kept(photoIds) {
      for (const id of photoIds) waiting.add(id)
      onChange()
    },
    sent: waitNoLonger,
    dropped: waitNoLonger,
    refused(photoId) {
      waiting.delete(photoId)
      refused.add(photoId)
      onChange()
    },
  }
}
