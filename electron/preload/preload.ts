/**
 * The whole bridge between page and shell: one function, known channels only. The list is written out instead of
 * taken from the schemas, so that the sandboxed preload carries no schema library; the compiler refuses a list that
 * misses a channel or has one too many.
 */
import { contextBridge, ipcRenderer } from 'electron'
import type { IpcChannel } from '@chowki/shared/ipc/channels.ts'

const channels: Record<IpcChannel, true> = {
  'secure-store:data-key': true,
  'server:enrolled': true,
  'server:choose': true,
  'camera:take': true,
  'app:launch': true,
  'app:diagnostics': true,
  'log:write': true,
  'diagnostics:save': true,
}

contextBridge.exposeInMainWorld('chowki', {
  invoke: (channel: unknown, request: unknown): Promise<unknown> =>
    typeof channel === 'string' && Object.hasOwn(channels, channel)
      ? ipcRenderer.invoke(channel, request)
      : Promise.reject(new TypeError('There is no such channel.')),
})
