import { ipcMain } from 'electron'
import type { WebFrameMain } from 'electron'
import { ipcChannels } from '@chowki/shared/ipc/channels.ts'
import type { IpcChannel } from '@chowki/shared/ipc/channels.ts'
import type { Log } from '../services/log.ts'
import { createIpcAnswer } from './answer.ts'
import type { IpcHandlers } from './answer.ts'
import { isKioskSender } from './sender-check.ts'

export const registerIpc = (handlers: IpcHandlers, kioskFrame: () => WebFrameMain | null, log: Log): void => {
  const answer = createIpcAnswer(handlers, (channel, error) =>
    log.error('request failed', { channel, cause: error instanceof Error ? error.name : 'unknown' }),
  )
  for (const channel of Object.keys(ipcChannels) as IpcChannel[]) {
    ipcMain.handle(channel, async (event, request: unknown) => {
      const result = await answer(channel, isKioskSender(event.senderFrame, kioskFrame()), request)
      if (!result.ok) log.warn('request refused', { channel, code: result.error.code })
      return result
    })
  }
}
