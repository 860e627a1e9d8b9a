/**
 * Passes a stream on, and ends its source when the reader goes away or when nothing has come for too long:
 * a connection that was cut silently would otherwise look alive for hours.
 */
export const withIdleLimit = (
  source: ReadableStream<Uint8Array>,
  idleTimeoutMs: number,
  abortSource: () => void,
): ReadableStream<Uint8Array> => {
  const reader = source.getReader()
  const readInTime = async (): Promise<ReadableStreamReadResult<Uint8Array>> => {
    let timer: NodeJS.Timeout | undefined
    const tooLate = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('The server fell silent.')), idleTimeoutMs)
    })
    try {
      return await Promise.race([reader.read(), tooLate])
    } finally {
      clearTimeout(timer)
    }
  }
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      try {
        const { done, value } = await readInTime()
        if (done) controller.close()
        else controller.enqueue(value)
      } catch (error) {
        abortSource()
        controller.error(error)
      }
    },
    cancel: () => {
      abortSource()
      // The page has gone; the source is aborted already.
      reader.cancel().catch(() => undefined)
    },
  })
}
