// What this process has learnt about one recogniser server, shared by all its calls: compatible servers do not take
// every message of Deepgram's, and Deepgram's own regions differ.

/** A refusal counts twice, a missing answer once: a network may lose one. */
const strikesAllowed = 2

export class ServerHabits {
  /** Whether results without words come while nobody speaks. Until then silence says nothing about the connection. */
  talksInSilence = false
  private configureStrikes = 0
  private refusesFinalize: boolean

  /** @param finalize `0` never sends Finalize, `1` always, `auto` until the server ends a session because of it */
  constructor(private readonly finalize: '0' | '1' | 'auto' = 'auto') {
    this.refusesFinalize = finalize === '0'
  }

  get finalizes(): boolean {
    return !this.refusesFinalize
  }

  /** The server ended a session because of Finalize. */
  finalizeRefused(): void {
    if (this.finalize === 'auto') this.refusesFinalize = true
  }

  /** Whether `Configure` is worth another try. */
  get configures(): boolean {
    return this.configureStrikes < strikesAllowed
  }

  configured(outcome: 'ok' | 'refused' | 'unanswered'): void {
    if (outcome === 'ok') this.configureStrikes = 0
    else this.configureStrikes += outcome === 'refused' ? strikesAllowed : 1
  }
}
