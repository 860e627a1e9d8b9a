import { QueryClientProvider } from '@tanstack/react-query'
import type { QueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { ReactNode } from 'react'
import { ThemeProvider } from '../ui/theme-provider.tsx'
import { CrashGuard } from './crash-guard.tsx'
import { useDeskStore } from './features/desk/desk-store.ts'
import { Desk } from './features/desk/desk.tsx'
import { EnrolScreen } from './features/enrol/enrol-screen.tsx'
import { EnrollingScreen } from './features/enrol/enrolling-screen.tsx'
import { useGateStore } from './features/gate/gate-store.ts'
import { FailedScreen, OpeningScreen } from './features/opening/opening-screen.tsx'
import { SignInScreen } from './features/sign-in/sign-in-screen.tsx'
import { useUndoStore } from './features/undo/undo-store.ts'
import { useHandGuards } from './hand-guards.ts'
import { KioskContext, useKiosk, useLive } from './kiosk-context.ts'
import type { ScreenParts } from './kiosk-context.ts'
import { schemeAt, usePreferences } from './preferences.ts'
import { useClock, useNow } from './time.ts'

interface AppProps {
  readonly kiosk: ScreenParts
  readonly queryClient: QueryClient
}

export function App({ kiosk, queryClient }: AppProps) {
  useHandGuards()
  return (
    <KioskContext value={kiosk}>
      <QueryClientProvider client={queryClient}>
        <Themed>
          <CrashGuard>
            <Stage />
          </CrashGuard>
        </Themed>
      </QueryClientProvider>
    </KioskContext>
  )
}

function Themed({ children }: { readonly children: ReactNode }) {
  const theme = usePreferences((state) => state.theme)
  const clock = useClock()
  const now = useNow(30_000)
  return <ThemeProvider scheme={schemeAt(theme, clock.hour(now))}>{children}</ThemeProvider>
}

function Stage() {
  const stage = useLive(useKiosk().data.stage)
  // The next guard finds an empty desk: no search, nothing to take back. A form that was not sent is handed over.
  useEffect(() => {
    if (stage.stage === 'signedIn') return
    const gate = useGateStore.getState()
    if (stage.stage === 'signedOut') gate.clear()
    else gate.forget()
    useUndoStore.getState().clear()
    useDeskStore.getState().go('gate')
  }, [stage.stage])
  switch (stage.stage) {
    case 'opening':
      return <OpeningScreen />
    case 'failed':
      return <FailedScreen error={stage.error} />
    case 'unenrolled':
      return <EnrolScreen />
    case 'enrolling':
      return <EnrollingScreen done={stage.done} total={stage.total} />
    case 'signedOut':
      return <SignInScreen />
    case 'signedIn':
      return <Desk guard={stage.guard} />
  }
}
