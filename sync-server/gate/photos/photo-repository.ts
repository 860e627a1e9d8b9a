export interface SealedPhoto {
  readonly photoId: string
  readonly societyId: string
  /** Hex, of the JPEG before it was sealed. */
  readonly sha256: string
  /** Bytes of the JPEG. */
  readonly size: number
  /** Epoch milliseconds by the kiosk's clock. */
  readonly takenAt: number
  readonly deviceId: string
  readonly keyId: string
  readonly sealed: Buffer
  /** Epoch milliseconds by the server's clock. */
  readonly storedAt: number
}

export interface PhotoRepository {
  /** `taken`: the id exists, in whichever society. */
  insert(photo: SealedPhoto): Promise<'stored' | 'taken'>
  /** Only of this society. */
  find(societyId: string, photoId: string): Promise<SealedPhoto | null>
  /** Hash by id, of those that this society has. */
  hashes(societyId: string, photoIds: readonly string[]): Promise<Map<string, string>>
}
