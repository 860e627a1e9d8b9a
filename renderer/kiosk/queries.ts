/** react-query only remembers here: nothing that it runs may wait for a network (P3). */
import { QueryClient, useQuery } from '@tanstack/react-query'
import { useKiosk } from './kiosk-context.ts'

export const createQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: 'always',
        retry: false,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
      },
    },
  })

/** Null while it is looked for, and where neither desk nor server has it. */
export function usePhotoUrl(photoId: string | null): string | null {
  const { data } = useKiosk()
  const found = useQuery({
    queryKey: ['photo', photoId],
    queryFn: () => (photoId === null ? null : data.photoUrl(photoId)),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: photoId !== null,
  })
  return found.data ?? null
}
