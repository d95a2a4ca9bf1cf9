// What the cluster asks of Redis, in about a dozen methods. Redis is advice: every answer may be missing, and no method
// throws or takes longer than its deadline. redis.ts answers with a real server; nothing else knows that it is Redis.
//
// A result of `undefined` means that no answer came: Redis is gone, frozen, full, read-only or slow. `null` means that
// Redis answered, and has no such value.

/** Within this time, in ms, an answer comes or counts as missing. */
export const answerMs = 100

export type PutOptions = {
  ttlMs: number
  /** A value of a lower version does not replace one of a higher version. */
  version?: number
}

/** `granted`: the call is ours. `generation` is higher than that of every claim before; `before` owned it last. */
export type Claimed = { granted: boolean; generation: number; before: string | null; wasLost: boolean }

export type ClaimOptions = {
  owner: string
  /** An owner lives while its key with this prefix exists. */
  ownerPrefix: string
  /** Wall clock: generations grow from one machine to the next even when Redis lost them. */
  wallMs: number
  ttlMs: number
}

/** What is taken from a bucket of tokens; as in providers/shared-limits.ts. */
export type Spending = {
  tokens: number
  isSpent: boolean
  perMinute: number
  isLearnt: boolean
  atMost: number | undefined
}

/** `used`: places that the machine has in use. `most`: of all. `machines`: that share them, as far as it knows. */
export type Lease = { used: number; most: number; machines: number; ttlMs: number }

export type Store = {
  /** Whether Redis answers and takes values. */
  readonly isUp: boolean
  /** Called whenever `isUp` becomes true, and once it has been found. @returns unsubscribe */
  onUp(task: () => void): () => void

  get(key: string, withinMs?: number): Promise<string | null | undefined>
  /** Removes the value in the same step, so that only one asker gets it. */
  take(key: string, withinMs?: number): Promise<string | null | undefined>
  /** Writes soon. While Redis is gone the last value of each key waits, and is written when Redis is back. */
  put(key: string, value: string, options: PutOptions): void
  /** Replaces the value of one version (0: none) and no other. @returns false when another version is there */
  swap(key: string, value: string, versions: { from: number; to: number }): Promise<boolean | undefined>
  /** Removes soon, like `put`; not a value of a higher version. */
  remove(key: string, version?: number): void
  /** Whether this is the first machine that asks for the key within `ttlMs`. */
  first(key: string, ttlMs: number): Promise<boolean | undefined>
  /** Whether what was put under the key is written; waits `withinMs` at most. */
  written(key: string, withinMs: number): Promise<boolean>

  /** Takes a call for this machine, unless another living one has it and did not lose it. */
  claim(key: string, options: ClaimOptions): Promise<Claimed | undefined>
  /** Keeps claims alive, and makes them again where Redis has none. @returns the keys that another one has taken */
  renew(
    owner: string,
    claims: readonly { key: string; generation: number }[],
    ttlMs: number,
  ): Promise<string[]>
  /** The owner answers no more: another machine may claim the call. @returns false when it has another owner */
  release(key: string, generation: number): Promise<boolean>
  /** The call is over; waits for Redis like `put`. */
  endClaim(key: string, generation: number): void
  /** Who owns a call. */
  owner(key: string): Promise<{ owner: string; generation: number; rescued: boolean } | null | undefined>

  /** Takes tokens from a bucket that fills by `perMinute`, and is full at first. */
  spend(
    key: string,
    spending: Spending,
    withinMs: number,
  ): Promise<{ granted: boolean; level: number; perMinute: number } | undefined>

  /** Leases places of an account that all machines share. @returns how many this machine has until the lease ends */
  lease(key: string, machine: string, wanted: Lease): Promise<number | undefined>

  /** Says that this machine lives. @returns what each living machine says, by its id */
  beat(prefix: string, id: string, value: string, ttlMs: number): Promise<Map<string, string> | undefined>
  /** This machine stops. */
  leave(prefix: string, id: string): Promise<void>

  /** Sends to every machine that subscribes now. @returns false when Redis did not take it */
  publish(channel: string, message: string): Promise<boolean>
  /** Subscribes again by itself after each connection loss. @returns unsubscribe */
  subscribe(channel: string, listener: (message: string) => void): () => void

  /** Adds a line to a list that all machines read; waits for Redis like `put`. `keep`: the newest lines that stay. */
  append(key: string, line: string, options: { ttlMs: number; keep: number }): void
  /** The lines of a list after an id, oldest first. @param after `0` for all */
  lines(key: string, after: string): Promise<{ id: string; line: string }[] | undefined>

  /**
   * Gives one line of a list to one asker of a group; again when it is not dropped within `againMs`.
   *
   * @returns null when no line waits
   */
  takeLine(
    key: string,
    group: string,
    againMs: number,
  ): Promise<{ id: string; line: string } | null | undefined>
  /** @returns whether the line was in the list */
  dropLine(key: string, group: string, id: string): Promise<boolean | undefined>

  /**
   * Keeps a value for `ttlMs` and names it in a list, unless it is kept already or the list has `keep` names that are
   * younger than that.
   */
  shelve(
    list: string,
    key: string,
    item: { line: string; value: string; ttlMs: number; keep: number },
  ): Promise<boolean | undefined>

  close(): Promise<void>
}
