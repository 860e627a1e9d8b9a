export interface ServerSentEvent {
  readonly event: string
  readonly data: string
}

/** Events of a `text/event-stream` body until it ends. Aborts `line` when nothing, no comment either, comes in time. */
export async function* readServerSentEvents(
  response: Response,
  silenceMs: number,
  line: AbortController,
): AsyncGenerator<ServerSentEvent> {
  if (!response.body) return
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let buffered = ''
  try {
    for (;;) {
      const { done, value } = await withinSilence(reader.read(), silenceMs, line)
      if (done) return
      const blocks = (buffered + value).replaceAll('\r\n', '\n').split('\n\n')
      buffered = blocks.pop() ?? ''
      for (const block of blocks) {
        const event = toEvent(block)
        if (event) yield event
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

async function withinSilence<T>(read: Promise<T>, silenceMs: number, line: AbortController): Promise<T> {
  const silence = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    silence.reject(new Error('the line is silent'))
    line.abort()
  }, silenceMs)
  try {
    return await Promise.race([read, silence.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** Undefined for a block without data: a heartbeat, a `retry`. */
function toEvent(block: string): ServerSentEvent | undefined {
  let event = 'message'
  const data: string[] = []
  for (const text of block.split('\n')) {
    const [, field, value = ''] = /^(event|data): ?(.*)$/.exec(text) ?? []
    if (field === 'event') event = value
    else if (field === 'data') data.push(value)
  }
  return data.length > 0 ? { event, data: data.join('\n') } : undefined
}
