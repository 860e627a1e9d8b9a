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
  gates(societyId: string): Promise<GateRow[]>
  blocks(societyId: string): Promise<{ blockId: string; name: string }[]>
}
