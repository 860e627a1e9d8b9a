/** Between the bench and the process that holds the streams' other ends. Times are by `monotonicMs`. */
export interface StreamRequest {
  /** Streams of one group get the same nudges. */
  readonly group: number
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

export type ToCrowd =
  | { readonly kind: 'open'; readonly port: number; readonly streams: readonly StreamRequest[] }
  /** Answered when each stream of the group has got a nudge. */
  | { readonly kind: 'expect'; readonly group: number }
  | { readonly kind: 'close' }

export type FromCrowd =
  | { readonly kind: 'opened' }
  | { readonly kind: 'expecting' }
  | { readonly kind: 'arrived'; readonly at: readonly number[] }
  | { readonly kind: 'closed' }
  | { readonly kind: 'failed'; readonly reason: string }
