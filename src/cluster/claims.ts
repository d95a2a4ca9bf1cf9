// Which machine has a call. A call begins at once and its claim follows: Redis is advice. A machine that learns that
// another one has the call ends its own part in silence, without a next step. Each claim has a generation, higher than
// that of every claim of the call before it; a write of an older generation replaces nothing.

import type { Clock, Timer } from '../base/clock.ts'
import type { Member, Members } from './members.ts'
import { isRecord, type Peers } from './peers.ts'
import type { Claimed, Store } from './store.ts'
import type { Vault } from './vault.ts'

/** A claim lasts this long without being renewed. */
const claimMs = 60_000
const renewEveryMs = 10_000
/** Claims renewed in one step of Redis. */
const renewed = 200
/** Calls that ended and are remembered by their generation; more evict the oldest. */
const endedCapacity = 4_096

/** `taken`: another machine has the call. */
type Claim = {
  generation: number
  state: 'live' | 'ended' | 'taken'
  settled: Promise<void>
  onTaken: () => void
}

export type ClaimsOptions = {
  clock: Clock
  store: Store
  vault: Vault
  members: Pick<Members, 'id' | 'prefix' | 'get'>
  peers: Pick<Peers, 'ask'>
}

export class Claims {
  private readonly claims = new Map<string, Claim>()
  private timer: Timer | undefined
  private readonly unsubscribe

  constructor(private readonly options: ClaimsOptions) {
    // One that came back empty has them at once.
    this.unsubscribe = options.store.onUp(() => void this.renew())
    this.renewLater()
  }

  /** This machine's part of a call begins. @param onTaken called once if another machine has the call */
  begin(callId: string, onTaken: () => void): void {
    const claim: Claim = {
      generation: this.options.clock.wallMs(),
      state: 'live',
      settled: Promise.resolve(),
      onTaken,
    }
    this.claims.delete(callId)
    this.claims.set(callId, claim)
    claim.settled = this.settle(callId, claim)
  }

  /** The call is over here. @returns whether it was this machine's to the end, as far as Redis says */
  async end(callId: string): Promise<boolean> {
    const claim = this.claims.get(callId)
    if (claim?.state !== 'live') return claim?.state !== 'taken'
    claim.state = 'ended'
    this.forgetOldest()
    await claim.settled
    if (this.isTaken(callId)) return false
    const { store } = this.options
    store.endClaim(this.key(callId), claim.generation)
    const owner = await store.owner(this.key(callId))
    return !owner || owner.generation <= claim.generation
  }

  /** Resolves with the generation under which this machine may write; undefined when another one has the call. */
  async generationOf(callId: string): Promise<number | undefined> {
    const claim = this.claims.get(callId)
    await claim?.settled
    return claim?.state === 'taken' ? undefined : this.now(callId)
  }

  /** The same as far as it is known now. */
  now(callId: string): number {
    return this.claims.get(callId)?.generation ?? this.options.clock.wallMs()
  }

  /** The call's announcement was used on another machine. */
  drop(callId: string): void {
    const claim = this.claims.get(callId)
    if (claim) this.taken(claim)
  }

  isTaken(callId: string): boolean {
    return this.stateOf(callId) === 'taken'
  }

  stateOf(callId: string): Claim['state'] | undefined {
    return this.claims.get(callId)?.state
  }

  /** Who has a call. @returns null when nobody does, undefined when Redis did not answer */
  async owner(callId: string): Promise<Owner | null | undefined> {
    const found = await this.options.store.owner(this.key(callId))
    return found && { ...found, member: this.options.members.get(found.owner) }
  }

  /** The owner does not answer: the next machine that gets the call may have it. */
  markLost(callId: string, generation: number): Promise<boolean> {
    return this.options.store.release(this.key(callId), generation)
  }

  close(): void {
    this.timer?.cancel()
    this.unsubscribe()
  }

  private key(callId: string): string {
    return this.options.vault.key('call', callId)
  }

  private async settle(callId: string, claim: Claim): Promise<void> {
    let answer = await this.ask(callId, claim)
    if (answer?.granted === false && !(await this.isLiveElsewhere(callId, answer))) {
      await this.markLost(callId, answer.generation)
      answer = await this.ask(callId, claim)
    }
    if (answer?.granted === false) this.taken(claim)
    else if (answer) claim.generation = answer.generation
  }

  private ask(callId: string, claim: Claim): Promise<Claimed | undefined> {
    const { store, members } = this.options
    return store.claim(this.key(callId), {
      owner: members.id,
      ownerPrefix: members.prefix,
      wallMs: claim.generation,
      ttlMs: claimMs,
    })
  }

  /** A call that ended while Redis was gone still looks live there, so the machine itself is asked. */
  private async isLiveElsewhere(callId: string, { before }: Claimed): Promise<boolean> {
    const member = before === null ? undefined : this.options.members.get(before)
    // Its first heartbeat may not have come yet.
    if (member === undefined) return true
    const answer = await this.options.peers.ask(member, `/cluster/calls/${callId}`)
    if (answer?.status !== 200) return false
    // One that is cut off in its answer has just stopped.
    const call: unknown = await answer.json().catch(() => undefined)
    return isRecord(call) && call.outcome === null
  }

  private taken(claim: Claim): void {
    if (claim.state === 'taken') return
    const wasLive = claim.state === 'live'
    claim.state = 'taken'
    if (wasLive) claim.onTaken()
  }

  private renewLater(): void {
    const { clock } = this.options
    this.timer = clock.at(clock.now() + renewEveryMs, () => {
      void this.renew()
      this.renewLater()
    })
  }

  private async renew(): Promise<void> {
    const { store, members } = this.options
    const live = [...this.claims].filter(([, { state }]) => state === 'live')
    for (let from = 0; from < live.length; from += renewed) {
      const some = live.slice(from, from + renewed)
      const claims = some.map(([callId, { generation }]) => ({ key: this.key(callId), generation }))
      const taken = new Set(await store.renew(members.id, claims, claimMs))
      for (const [index, [, claim]] of some.entries()) if (taken.has(claims[index]!.key)) this.taken(claim)
    }
  }

  private forgetOldest(): void {
    let ended = this.claims.size - endedCapacity
    for (const [callId, { state }] of this.claims) {
      if (ended <= 0) return
      if (state !== 'live') this.claims.delete(callId)
      ended--
    }
  }
}

/** `rescued`: it took the call over from a machine that died. `member`: undefined when that machine is gone. */
export type Owner = { owner: string; generation: number; rescued: boolean; member: Member | undefined }
