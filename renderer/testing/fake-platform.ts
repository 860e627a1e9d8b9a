/** A host for tests: the network is whatever `api` is given, and can be cut. What a real host keeps over a restart, `FakeHost` keeps. */
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import { ipcChannels } from '@chowki/shared/ipc/channels.ts'
import { checkAgainst } from '@chowki/shared/projections/validate.ts'
import type { KioskPlatform } from '../platform/platform.ts'

/** What survives a restart of the page: hand the same one to the next platform. */
export interface FakeHost {
  dataKey: Uint8Array<ArrayBuffer>
  token: string | null
  serverUrl: string | null
  /** False: every request fails as with the cable out. */
  online: boolean
  enrolmentCode: string | null
  readonly log: object[]
}

export const createFakeHost = (): FakeHost => ({
  dataKey: crypto.getRandomValues(new Uint8Array(32)),
  token: null,
  serverUrl: null,
  online: true,
  enrolmentCode: null,
  log: [],
})

export function createFakePlatform(
  host: FakeHost,
  api: (path: string, init: RequestInit) => Promise<Response>,
): KioskPlatform {
  return {
    kind: 'browser',
    dataKey: () => Promise.resolve(ok(host.dataKey)),
    launch: () =>
      Promise.resolve({ serverUrl: host.serverUrl, enrolmentCode: host.enrolmentCode, fixedCamera: false }),
    diagnostics: () =>
      Promise.resolve({
        appVersion: 'test',
        electronVersion: 'none',
        chromiumVersion: 'none',
        keyStore: 'memory',
        fixedCamera: null,
        serverUrl: host.serverUrl,
        freeDiskBytes: null,
      }),
    log: (entries) => void host.log.push(...entries),
    // As the shell: what the page may hand over is checked.
    saveDiagnostics: async (figures) =>
      checkAgainst(ipcChannels['diagnostics:save'].request, figures).ok
        ? ok({ place: '/home/gate/Downloads/chowki-diagnostics.json' })
        : err(chowkiError('invalid_request')),
    chooseServer(serverUrl) {
      host.serverUrl = serverUrl
      return Promise.resolve(ok(null))
    },
    enrolled(serverUrl, token) {
      host.serverUrl = serverUrl
      host.token = token
      return Promise.resolve(ok(null))
    },
    async api(path, init = {}) {
      if (!host.online) throw new TypeError('fetch failed')
      const headers = new Headers(init.headers)
      if (host.token !== null) headers.set('authorization', `Bearer ${host.token}`)
      const response = await api(path, { ...init, headers })
      // The answer is lost when the cable is pulled while the server works.
      if (!host.online) throw new TypeError('fetch failed')
      return response
    },
    takeFixedPicture: () => Promise.resolve(err(chowkiError('camera_not_found'))),
  }
}
