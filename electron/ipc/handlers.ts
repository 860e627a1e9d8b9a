import { ok } from '@chowki/shared/errors/result.ts'
import type { IpcRequest, IpcResponse } from '@chowki/shared/ipc/channels.ts'
import type { LaunchOptions } from '../launch/launch-options.ts'
import type { FixedCamera } from '../services/camera.ts'
import type { SaveDiagnostics } from '../services/diagnostics-file.ts'
import type { SecureStore } from '../services/secure-store.ts'
import type { ServerLink } from '../services/server-link.ts'
import type { IpcHandlers } from './answer.ts'

export interface HandlerParts {
  readonly options: LaunchOptions
  readonly secureStore: SecureStore
  readonly serverLink: ServerLink
  readonly camera: FixedCamera
  readonly versions: { readonly app: string; readonly electron: string; readonly chromium: string }
  readonly freeDiskBytes: () => number | null
  readonly writeLog: (entries: IpcRequest<'log:write'>) => void
  readonly saveDiagnostics: SaveDiagnostics
}

export const createIpcHandlers = (parts: HandlerParts): IpcHandlers => {
  const { options, secureStore, serverLink, camera, versions } = parts
  const diagnostics = async (): Promise<IpcResponse<'app:diagnostics'>> => {
    const target = await serverLink.target()
    return {
      appVersion: versions.app,
      electronVersion: versions.electron,
      chromiumVersion: versions.chromium,
      keyStore: await secureStore.keyStore(),
      fixedCamera: options.fixedCamera,
      serverUrl: target.ok ? (target.value?.origin ?? null) : null,
      freeDiskBytes: parts.freeDiskBytes(),
    }
  }
  return {
    'secure-store:data-key': () => secureStore.dataKey(),
    'server:choose': ({ serverUrl }) => serverLink.choose(serverUrl),
    'server:enrolled': ({ serverUrl, token }) => serverLink.enrolled(serverUrl, token),
    'camera:take': async () => {
      const picture = await camera.take()
      return picture.ok ? ok({ jpegBase64: picture.value.toString('base64') }) : picture
    },
    'app:launch': async () =>
      ok({
        serverUrl: options.serverUrl,
        enrolmentCode: options.enrolmentCode,
        fixedCamera: options.fixedCamera !== null,
      }),
    'app:diagnostics': async () => ok(await diagnostics()),
    'log:write': async (entries) => {
      parts.writeLog(entries)
      return ok(null)
    },
    'diagnostics:save': async (figures) => parts.saveDiagnostics({ ...(await diagnostics()), ...figures }),
  }
}
