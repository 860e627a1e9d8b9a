/** What the kiosk's page needs of its host: the Electron shell, a plain browser, or a fake in tests. */
import type { Result } from '@chowki/shared/errors/result.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import type { IpcRequest, IpcResponse } from '@chowki/shared/ipc/channels.ts'

export interface KioskPlatform {
  readonly kind: 'electron' | 'browser'
  /** 32 bytes; the host decides where they rest. */
  dataKey(): Promise<Result<Uint8Array<ArrayBuffer>, ChowkiError>>
  launch(): Promise<IpcResponse<'app:launch'>>
  diagnostics(): Promise<IpcResponse<'app:diagnostics'>>
  /** Into the desk's log. Never fails: a log that cannot be written stops nothing. */
  log(entries: IpcRequest<'log:write'>): void
  /** Into a file of the user's, with the log and what the host knows of itself. */
  saveDiagnostics(
    figures: IpcRequest<'diagnostics:save'>,
  ): Promise<Result<IpcResponse<'diagnostics:save'>, ChowkiError>>
  /** Points `/api` at a server, before enrolment. In a browser only the page's own origin is possible. */
  chooseServer(serverUrl: string): Promise<Result<null, ChowkiError>>
  /** From now on `api` carries the token. */
  enrolled(serverUrl: string, token: string): Promise<Result<null, ChowkiError>>
  /** `fetch` against the server: `path` begins with `/api/`. Rejects when the network is down. */
  api(path: string, init?: RequestInit): Promise<Response>
  /** A picture from the fixed camera (node-webcam); where there is none, `camera_not_found`. */
  takeFixedPicture(): Promise<Result<Blob, ChowkiError>>
}
