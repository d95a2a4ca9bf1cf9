// What several machines of a test share in place of Redis: values in memory, and messages that arrive at once.

import type { Store } from '../../src/cluster/store.ts'

export class MemoryRedis {
  readonly values = new Map<string, string>()
  readonly lists = new Map<string, { id: string; line: string }[]>()
  isUp = true
  /** Messages are lost. */
  isDeaf = false
  private readonly subscribers = new Map<string, Set<(message: string) => void>>()
  private readonly versions = new Map<string, number>()
  private readonly tasks = new Set<() => void>()
  private lines = 0

  /** Comes back, with what it had. */
  comeBack(): void {
    this.isUp = true
    for (const task of this.tasks) task()
  }

  /** The store as one machine has it. What no test needs is missing. */
  store(): Store {
    const redis = this
    const answer = <T>(make: () => T) => Promise.resolve(redis.isUp ? make() : undefined)
    const store: Partial<Store> = {
      get isUp() {
        return redis.isUp
      },
      onUp(task) {
        redis.tasks.add(task)
        if (redis.isUp) task()
        return () => redis.tasks.delete(task)
      },
      get: (key) => answer(() => redis.values.get(key) ?? null),
      put: (key, value) => void (redis.isUp && redis.values.set(key, value)),
      written: async () => redis.isUp,
      swap: (key, value, { from, to }) =>
        answer(() => {
          if ((redis.versions.get(key) ?? 0) !== from) return false
          redis.values.set(key, value)
          redis.versions.set(key, to)
          return true
        }),
      first: (key) =>
        answer(() => {
          const isFirst = !redis.values.has(key)
          redis.values.set(key, '1')
          return isFirst
        }),
      shelve: (list, key, { line, value, keep }) =>
        answer(() => {
          const lines = redis.lists.get(list) ?? []
          if (redis.values.has(key) || lines.length >= keep) return false
          redis.values.set(key, value)
          redis.lists.set(list, [...lines, { id: `${++redis.lines}-0`, line }])
          return true
        }),
      append(key, line) {
        if (redis.isUp)
          redis.lists.set(key, [...(redis.lists.get(key) ?? []), { id: `${++redis.lines}-0`, line }])
      },
      beat: (prefix, id, value) =>
        answer(() => {
          redis.values.set(prefix + id, value)
          const found = [...redis.values].filter(([key]) => key.startsWith(prefix))
          return new Map(found.map(([key, text]) => [key.slice(prefix.length), text]))
        }),
      async leave(prefix, id) {
        redis.values.delete(prefix + id)
      },
      lines: (key, after) =>
        answer(() =>
          (redis.lists.get(key) ?? []).filter(
            ({ id }) => Number.parseInt(id, 10) > Number.parseInt(after, 10),
          ),
        ),
      async publish(channel, message) {
        if (redis.isUp && !redis.isDeaf)
          for (const listener of redis.subscribers.get(channel) ?? []) listener(message)
        return redis.isUp
      },
      subscribe(channel, listener) {
        const listeners = redis.subscribers.get(channel) ?? new Set()
        redis.subscribers.set(channel, listeners.add(listener))
        return () => listeners.delete(listener)
      },
    }
    return store as Store
  }

  /** As after a restart without a disk. */
  empty(): void {
    this.values.clear()
    this.versions.clear()
    this.lists.clear()
  }
}
