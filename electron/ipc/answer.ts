/** One request over IPC: refused, checked, carried out, and its answer checked, always as a Result. */
import { Check } from 'typebox/value'
import type { TSchema } from 'typebox'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { err } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import { ipcChannels } from '@chowki/shared/ipc/channels.ts'
import type { IpcChannel, IpcRequest, IpcResponse } from '@chowki/shared/ipc/channels.ts'
import { checkAgainst } from '@chowki/shared/projections/validate.ts'
import type { Misfit } from '@chowki/shared/projections/validate.ts'

export type IpcHandlers = {
  readonly [C in IpcChannel]: (request: IpcRequest<C>) => Promise<Result<IpcResponse<C>, ChowkiError>>
}

type AnyHandler = (request: unknown) => Promise<Result<unknown, ChowkiError>>

/** Names the field and the rule, never the value, which may be a token. */
const refusalOf = ({ field, message }: Misfit): ChowkiError =>
  chowkiError('invalid_request', { field: field === '' ? 'request' : field, message })

const carryOut = async (
  channel: IpcChannel,
  handler: AnyHandler,
  request: unknown,
  onFault: (channel: IpcChannel, error: unknown) => void,
): Promise<Result<unknown, ChowkiError>> => {
  try {
    const answer = await handler(request)
    return !answer.ok || Check(ipcChannels[channel].response, answer.value)
      ? answer
      : err(chowkiError('internal'))
  } catch (error) {
    onFault(channel, error)
    // Electron would hand the page the thrown message, with whatever path or value is in it.
    return err(chowkiError('internal'))
  }
}

export const createIpcAnswer =
  (handlers: IpcHandlers, onFault: (channel: IpcChannel, error: unknown) => void = () => undefined) =>
  async (
    channel: IpcChannel,
    isTrusted: boolean,
    request: unknown,
  ): Promise<Result<unknown, ChowkiError>> => {
    if (!isTrusted) return err(chowkiError('sender_refused'))
    const schema: TSchema = ipcChannels[channel].request
    const judged = checkAgainst(schema, request)
    if (!judged.ok) return err(refusalOf(judged.error))
    // The schema has just been checked, which is what the handler's narrower type asks for.
    return await carryOut(channel, handlers[channel] as AnyHandler, request, onFault)
  }
