/**
 * How far each follower has come in each partition, and who may move it on. Stated as obligations; adapters: `memory/`
 * and `mongo/`; both pass `places-contract.ts`. Every time is the store's own: the clocks of two servers may differ.
 */
export interface PlaceKey {
  readonly follower: string
  readonly partition: string
}

export interface FollowerPlace {
  /** The history in which it was reached; empty before the first one. */
  readonly lineage: string
  /** Every change up to this number has been followed. */
  readonly seq: number
}

export interface PlaceState extends PlaceKey, FollowerPlace {
  /** Failures in a row of what comes after the place; 0 after the next success. */
  readonly failures: number
  readonly lastError: string | null
  /** For how long it is known not to be at the head, in milliseconds; 0 at the head. */
  readonly behindMs: number
}

/** The right to move one place on, until its lease is over and somebody else claims it. */
export interface Claim extends PlaceKey, FollowerPlace {
  readonly failures: number
  /** Another one for each claim of this place: an older one moves nothing any more. */
  readonly term: number
}

export interface PartitionHead extends FollowerPlace {
  readonly partition: string
}

export interface Places {
  /** Every partition that has a history, and where that ends. */
  heads(): Promise<PartitionHead[]>
  /** The beginning, where nobody has claimed it yet. */
  state(key: PlaceKey): Promise<PlaceState>
  /** Every place that was ever claimed. */
  states(): Promise<PlaceState[]>
  /** Null while another's lease lasts, and while the pause after a failure does. */
  claim(key: PlaceKey, leaseMs: number): Promise<Claim | null>
  /** Begins the lease anew. False, as of the calls below: another has claimed the place since, and nothing was done. */
  renew(claim: Claim, leaseMs: number): Promise<boolean>
  /** Moves the place; the failures are over. Lets go of it where it `isAtHead`, else begins the lease anew. */
  advance(claim: Claim, to: FollowerPlace, rest: { isAtHead: boolean; leaseMs: number }): Promise<boolean>
  /** Counts a failure and lets go; nobody may claim the place for `pauseMs`. */
  fail(claim: Claim, error: string, pauseMs: number): Promise<boolean>
  /** Lets go: another may claim the place at once. */
  release(claim: Claim): Promise<boolean>
}
