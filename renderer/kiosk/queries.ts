/** react-query only remembers here: nothing that it runs may wait for a network (P3). */
import { QueryClient, onlineManager, queryOptions, useQuery } from '@tanstack/react-query'
import type { KioskData, Live, SyncStatus } from '../data/kiosk-data.ts'
import { useKiosk } from './kiosk-context.ts'

export function createQueryClient(sync: Live<SyncStatus>): QueryClient {
  // Online is what the desk knows of its server, not what the browser thinks of a cable.
  onlineManager.setEventListener((setOnline) => sync.subscribe(() => setOnline(sync.current().online)))
  return new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: 'always',
        retry: false,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
      },
    },
  })
}

export interface ShownPhoto {
  /** `none`: no photo was taken. `away`: there is one, but not on this desk, and the server did not give it. */
  readonly standing: 'none' | 'looking' | 'here' | 'away'
  readonly url: string | null
}

/** One that is away is asked for again when the network is back, and when it is next shown. */
export const photoQuery = (photoId: string | null, photoUrl: KioskData['photoUrl']) =>
  queryOptions({
    queryKey: ['photo', photoId],
    queryFn: () => (photoId === null ? null : photoUrl(photoId)),
    staleTime: ({ state }) => (state.data === null ? 0 : Number.POSITIVE_INFINITY),
    refetchOnReconnect: true,
    enabled: photoId !== null,
  })

export function usePhoto(photoId: string | null): ShownPhoto {
  const { data } = useKiosk()
  const { data: url } = useQuery(photoQuery(photoId, data.photoUrl))
  if (photoId === null) return { standing: 'none', url: null }
  if (url === undefined) return { standing: 'looking', url: null }
  return url === null ? { standing: 'away', url } : { standing: 'here', url }
}
