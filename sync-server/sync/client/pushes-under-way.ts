/**
 * Trap 17, found by the simulator: the server judges a push, another replica's edit or an erasure follows, and the page
 * that holds it arrives before the answer to the push. RxDB takes the document for an unsent edit and passes over the
 * pulled one, while its checkpoint goes on; then the answer says that what was pushed is stored, and nothing is left to
 * pull or to push: what followed stays away until the document changes again. So such a page waits until RxDB has its own
 * record of the push. A push that fails holds up nothing: what repeats it is judged by what the page holds.
 *
 * Rejected: to tell RxDB of a conflict with the page's state instead. The merge would not know that what was pushed is
 * part of that state, and would bring back what another replica has undone on purpose.
 */
import type { WireDocument } from '@chowki/shared/protocol/messages.ts'

export interface PushesUnderWay {
  /** On their way to the server, in their wire form. */
  begin(documents: readonly WireDocument[]): void
  /** RxDB has a record of what became of them, or will push them again. */
  end(ids: readonly string[]): void
  /** RxDB writes nothing any more. */
  endAll(): void
  /** Resolves when none of these was on its way when it was asked, but for those that came back as they were sent. */
  settled(pulled: readonly WireDocument[]): Promise<void>
}

interface Push {
  readonly document: WireDocument
  readonly ended: Promise<void>
  readonly end: () => void
}

/** `isEcho`: the pulled document differs from the one that was sent only in what the server sets. */
export function createPushesUnderWay(
  isEcho: (pulled: WireDocument, sent: WireDocument) => boolean,
): PushesUnderWay {
  const pushesById = new Map<string, Push>()
  let isOver = false

  function end(ids: readonly string[]): void {
    for (const id of ids) {
      pushesById.get(id)?.end()
      pushesById.delete(id)
    }
  }

  return {
    begin(documents) {
      if (isOver) return
      end(documents.map(({ _id }) => _id))
      for (const document of documents) {
        const { promise: ended, resolve } = Promise.withResolvers<void>()
        pushesById.set(document._id, { document, ended, end: resolve })
      }
    },
    end,
    endAll() {
      isOver = true
      end([...pushesById.keys()])
    },
    async settled(pulled) {
      const awaited = pulled.flatMap((document) => {
        const push = pushesById.get(document._id)
        return push && !isEcho(document, push.document) ? [push.ended] : []
      })
      await Promise.all(awaited)
    },
  }
}
