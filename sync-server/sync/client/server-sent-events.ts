import { createParser } from 'eventsource-parser'

export interface ServerSentEvent {
  readonly event: string
  readonly data: string
}

/** Events of a `text/event-stream` body until it ends. Aborts the request when nothing, no comment either, comes in time. */
export async function* readServerSentEvents(
  response: Response,
  silenceMs: number,
  request: AbortController,
): AsyncGenerator<ServerSentEvent> {
  if (!response.body) return
  const events: ServerSentEvent[] = []
  const parser = createParser({ onEvent: ({ event = 'message', data }) => events.push({ event, data }) })
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  try {
    for (;;) {
      const { done, value } = await withinSilence(reader.read(), silenceMs, request)
      if (done) return
      parser.feed(value)
      yield* events.splice(0)
    }
  } finally {
    // A stream that has failed cannot be cancelled, and need not be: its failure is thrown above.
    await reader.cancel().catch(() => undefined)
  }
}

async function withinSilence<T>(read: Promise<T>, silenceMs: number, request: AbortController): Promise<T> {
  const silence = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    silence.reject(new Error('the stream is silent'))
    request.abort()
  }, silenceMs)
  try {
    return await Promise.race([read, silence.promise])
  } finally {
    clearTimeout(timer)
  }
}
