/**
 * RxDB takes what a query gives for the state after every change that it has been told of by then. Opening sealed
 * rows takes time after they were read; a write that is told in that time would be missing from a live list until
 * the list's next change. So a read that a write has overtaken is made again, and where writes come without end they
 * wait for one read.
 */
export interface UpToDate {
  /** Changes are being told, now. */
  told(): void
  read<T>(work: () => Promise<T>): Promise<T>
  write<T>(work: () => Promise<T>): Promise<T>
}

/** A page of pulled documents is a few writes close together; a list is read between two pages. */
const triesBesideWrites = 3

export function createUpToDate(): UpToDate {
  let tellings = 0
  let readsAlone: Promise<unknown> = Promise.resolve()
  const readOnce = async <T>(work: () => Promise<T>): Promise<{ readonly value: T } | null> => {
    const before = tellings
    const value = await work()
    return tellings === before ? { value } : null
  }
  /** Only those writes still come between that had begun before. */
  const readAlone = async <T>(work: () => Promise<T>): Promise<T> => {
    for (;;) {
      const read = await readOnce(work)
      if (read !== null) return read.value
    }
  }
  return {
    told: () => void (tellings += 1),
    async read(work) {
      for (let tries = 0; tries < triesBesideWrites; tries += 1) {
        const read = await readOnce(work)
        if (read !== null) return read.value
      }
      const alone = readAlone(work)
      readsAlone = Promise.allSettled([readsAlone, alone])
      return alone
    },
    async write(work) {
      await readsAlone
      return work()
    },
  }
}
