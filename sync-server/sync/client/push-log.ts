/**
 * Trap 16, found by the simulator: a page that was read before a push, and arrives after the push was answered, holds
 * a document as it was. RxDB takes it for news and writes it over what was pushed; an edit made on that, before RxDB has
 * its own record of the page, undoes the one before without a conflict. So a page is fetched again where it holds a
 * document whose push was answered while the page was under way.
 */
export interface PushLog {
  /** Of these the server has just told what it holds: that it took them, or what it has instead. */
  note(ids: readonly string[]): void
  /** This moment, among answers. */
  moment(): number
  hasAnySince(moment: number, ids: readonly string[]): boolean
}

/** No page is under way for so long. */
const rememberedMax = 10_000

export function createPushLog(): PushLog {
  const momentById = new Map<string, number>()
  let now = 0
  return {
    note(ids) {
      now += 1
      for (const id of ids) {
        momentById.delete(id)
        momentById.set(id, now)
      }
      for (const oldest of momentById.keys()) {
        if (momentById.size <= rememberedMax) break
        momentById.delete(oldest)
      }
    },
    moment: () => now,
    hasAnySince: (moment, ids) => ids.some((id) => (momentById.get(id) ?? 0) > moment),
  }
}
