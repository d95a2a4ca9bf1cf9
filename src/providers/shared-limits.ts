// What the machines of a cluster share about vendors. Everything is advice: without it each machine goes by what it
// sees itself.

export type Spending = {
  /** Below zero they are given back. */
  tokens: number
  /** They are gone already: they are subtracted even where the bucket has fewer. */
  isSpent: boolean
  perMinute: number
  /** The vendor has said `perMinute`: it applies to all machines. */
  isLearnt: boolean
  /** The level is this at most. */
  atMost: number | undefined
}

/** The token buckets of all machines, by the name of the model. */
export type SharedTokens = {
  readonly isUp: boolean
  /** Machines that share, this one included. */
  machines(): number
  /** @returns undefined when no answer came within some 50 ms */
  spend(
    model: string,
    spending: Spending,
  ): Promise<{ granted: boolean; level: number; perMinute: number } | undefined>
}

/** The streams, or a voice's requests, that all machines have open at a vendor's account. */
export type SharedPlaces = {
  /** Machines that share, this one included. */
  machines(): number
  /**
   * Says how many streams this machine uses, and leases places for them and for more.
   *
   * @param most of all machines together
   * @returns undefined when no answer came
   */
  lease(account: string, used: number, most: number): Promise<{ places: number; forMs: number } | undefined>
}

/** What each machine tells the others about its adapters, by their labels in metrics. */
export type SharedLimits = {
  readonly tokens: SharedTokens
  readonly places: SharedPlaces
  /** The vendor wants no request for this long. */
  stop(adapter: string, forMs: number): void
  /** The breaker of an adapter has opened here. */
  opened(adapter: string): void
  /** What the other machines tell about an adapter. */
  listen(adapter: string, listener: LimitListener): void
}

export type LimitListener = {
  /** The vendor wants no request for this long. */
  stopped(forMs: number): void
  /** The breakers of two other machines have opened. */
  suspected(): void
}
