// A bounded FIFO queue on a ring buffer of fixed size. The policy given at creation says which item is dropped when it
// is full, and drops are counted. It allocates nothing after construction.

export type QueuePolicy = 'dropOldest' | 'dropNewest'

export class BoundedQueue<T> {
  /** How many items were dropped because the queue was full. */
  dropped = 0
  private readonly items: (T | undefined)[]
  private head = 0
  private count = 0

  /** @param capacity items, at least 1 */
  constructor(
    readonly capacity: number,
    private readonly policy: QueuePolicy,
  ) {
    if (!Number.isInteger(capacity) || capacity < 1)
      throw new RangeError(`capacity must be an integer of 1 or more, not ${capacity}`)
    this.items = new Array<T | undefined>(capacity)
  }

  get length(): number {
    return this.count
  }

  /** @returns false when an item, this one or the oldest, was dropped and counted */
  push(item: T): boolean {
    if (this.count === this.capacity) {
      this.dropped++
      if (this.policy === 'dropNewest') return false
      this.items[this.head] = item
      this.head = (this.head + 1) % this.capacity
      return false
    }
    this.items[(this.head + this.count) % this.capacity] = item
    this.count++
    return true
  }

  shift(): T | undefined {
    if (this.count === 0) return undefined
    const item = this.items[this.head]
    this.items[this.head] = undefined
    this.head = (this.head + 1) % this.capacity
    this.count--
    return item
  }

  peek(): T | undefined {
    return this.count === 0 ? undefined : this.items[this.head]
  }

  clear(): void {
    while (this.count > 0) this.shift()
  }
}
