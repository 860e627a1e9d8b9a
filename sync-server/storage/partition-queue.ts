import pLimit from 'p-limit'

/** Runs tasks of one partition one after another, those of different partitions side by side. */
export interface PartitionQueue {
  run<T>(partition: string, task: () => Promise<T>): Promise<T>
}

export function createPartitionQueue(): PartitionQueue {
  const queues = new Map<string, ReturnType<typeof pLimit>>()

  return {
    async run(partition, task) {
      const queue = queues.get(partition) ?? pLimit(1)
      queues.set(partition, queue)
      try {
        return await queue(task)
      } finally {
        if (queue.activeCount + queue.pendingCount === 0) queues.delete(partition)
      }
    },
  }
}
