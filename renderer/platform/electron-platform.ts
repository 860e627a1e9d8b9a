/** The Electron shell as host: it keeps the data key and the token, and forwards `/api/` requests with the token attached. */
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import type { IpcChannel, IpcRequest, IpcResponse } from '@chowki/shared/ipc/channels.ts'
import type { KioskPlatform } from './platform.ts'

/** What the preload script exposes as `window.chowki`; errors cross as data, since Electron strips an Error to its message. */
export interface ElectronBridge {
  invoke<C extends IpcChannel>(
    channel: C,
    request: IpcRequest<C>,
  ): Promise<Result<IpcResponse<C>, ChowkiError>>
}

declare global {
  interface Window {
    readonly chowki?: ElectronBridge
  }
}

const dataKeyBytes = 32

export function createElectronPlatform(bridge: ElectronBridge): KioskPlatform {
  const orThrow = async <C extends IpcChannel>(
    channel: C,
    request: IpcRequest<C>,
  ): Promise<IpcResponse<C>> => {
    const answer = await bridge.invoke(channel, request)
    if (!answer.ok) throw new Error(`${channel}: ${answer.error.code}`)
    return answer.value
  }
  return {
    kind: 'electron',
    async dataKey() {
      const answer = await bridge.invoke('secure-store:data-key', null)
      if (!answer.ok) return answer
      const key = Uint8Array.from(atob(answer.value), (character) => character.charCodeAt(0))
      return key.length === dataKeyBytes ? ok(key) : err(chowkiError('secure_store_unavailable'))
    },
    launch: () => orThrow('app:launch', null),
    diagnostics: () => orThrow('app:diagnostics', null),
    log(entries) {
      // Its answer says only what the shell has logged itself: a request that was refused, a shell that is gone.
      void bridge.invoke('log:write', entries).catch(() => undefined)
    },
    saveDiagnostics: (figures) => bridge.invoke('diagnostics:save', figures),
    chooseServer: (serverUrl) => bridge.invoke('server:choose', { serverUrl }),
    enrolled: (serverUrl, token) => bridge.invoke('server:enrolled', { serverUrl, token }),
    async api(path, init) {
      const response = await fetch(path, init)
      // The shell answers for a server that it cannot reach; to the page that is no answer at all.
      if (response.headers.get('x-chowki-offline') === '1') throw new TypeError('The server did not answer')
      return response
    },
    async takeFixedPicture() {
      const answer = await bridge.invoke('camera:take', null)
      if (!answer.ok) return answer
      const jpeg = Uint8Array.from(atob(answer.value.jpegBase64), (character) => character.charCodeAt(0))
      return ok(new Blob([jpeg], { type: 'image/jpeg' }))
    },
  }
}
