export interface GateRow {
  readonly gateId: string
  readonly name: string
  readonly societyId: string
}

export interface SocietyRow {
  readonly societyId: string
  readonly name: string
  readonly timeZone: string
  readonly settings: SocietySettings
}

export interface SocietySettings {
  readonly asksTemperature: boolean
  readonly asksMask: boolean
  readonly overstayMinutes: Readonly<Record<string, number>>
}

export interface SiteRepository {
  society(societyId: string): Promise<SocietyRow | null>
  societies(): Promise<SocietyRow[]>
  /** Of all that ever had data here, erased ones too: for what is done society by society. */
  societyIds(): Promise<string[]>
  gates(societyId: string): Promise<GateRow[]>
  blocks(societyId: string): Promise<{ blockId: string; name: string }[]>
}
