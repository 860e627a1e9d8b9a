import { create } from 'zustand'

export const deskScreens = ['gate', 'inside', 'status'] as const
export type DeskScreen = (typeof deskScreens)[number]

interface DeskState {
  readonly screen: DeskScreen
  go(screen: DeskScreen): void
}

export const useDeskStore = create<DeskState>((set) => ({
  screen: 'gate',
  go: (screen) => set({ screen }),
}))
