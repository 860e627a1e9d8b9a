/** Runs tasks of one partition one after another, those of different partitions side by side. */
export interface PartitionQueue {
  run<T>(partition: string, task: () => Promise<T>): Promise<T>
}

export function createPartitionQueue(): PartitionQueue {
  const tails = new Map<string, Promise<unknown>>()

  return {
    run(partition, task) {
      const previous = tails.get(partition) ?? Promise.resolve()
      const run = previous.then(task, task)
      const tail = run.catch(() => undefined)
      tails.set(partition, tail)
      void tail.then(() => {
        if (tails.get(partition) === tail) tails.delete(partition)
      })
      return run
    },
  }
}
