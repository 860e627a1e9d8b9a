import { chowkiError } from '@chowki/shared/errors/codes.ts'
import { Component } from 'react'
import type { ReactNode } from 'react'
import { FailedScreen } from './features/opening/opening-screen.tsx'

/** A fault while drawing must not leave a guard before an empty window: what is saved is safe, and he can start again. */
export class CrashGuard extends Component<{ readonly children: ReactNode }, { readonly crashed: boolean }> {
  override state = { crashed: false }

  static getDerivedStateFromError(): { readonly crashed: boolean } {
    return { crashed: true }
  }

  override render(): ReactNode {
    return this.state.crashed ? <FailedScreen error={chowkiError('internal')} /> : this.props.children
  }
}
