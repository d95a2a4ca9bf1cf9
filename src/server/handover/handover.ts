// A call of several machines: one may take it, die, and another goes on. Tells the other machines what they may need of
// this machine's calls, and gets for this one what the others told: announcements, earlier parts, lost conversations.

import type { ExpectedCalls } from '../../asterisk/expected-calls.ts'
import type { HistoryEntry } from '../../call/history.ts'
import { hiddenIf, hiddenKey, keysMark } from '../../calls/call-log.ts'
import { type AnnouncedCall, announcedAgain } from '../../calls/call-start.ts'
import type { NextStep } from '../../calls/next-step.ts'
import type { CallSharing, EarlierPart, SharedCall } from '../../calls/sharing.ts'
import type { Cluster } from '../../cluster/cluster.ts'
import type { SharedSteps } from '../../cluster/next-steps.ts'
import { readCheckpoint } from '../../dialogue/checkpoint.ts'
import type { ServerContext } from '../context.ts'
import { CallBacks } from './call-backs.ts'
import { endedSchema, keptSchema, messageSchema, type NumberedCall, wordSchema } from './handover-forms.ts'

const announcementMs = 30_000
const checkpointMs = 900_000
/** How long a caller may wait in a queue before the call comes back. */
const returnMs = 1_800_000
/** Calls that may come back and are remembered; more forget the oldest. */
const returnCapacity = 10_000
/** A conversation above this size, in characters, is kept without the counts of what was said. */
const maxCheckpoint = 4_096
const mostWords = 400
/** A call that comes back waits this long for what Redis has of it. */
const earlierMs = 90

type Return = { why: 'queue' | 'lost'; about: NumberedCall; untilMs: number }

export type HandoverDeps = {
  expected: ExpectedCalls<NumberedCall>
  steps: SharedSteps<NextStep>
}

export class Handover {
  private readonly returns = new Map<string, Return>()
  readonly callBacks: CallBacks
  private readonly rescued
  private continuedElsewhere: (callId: string) => void = () => {}

  constructor(
    private readonly context: ServerContext,
    private readonly cluster: Cluster,
    private readonly deps: HandoverDeps,
  ) {
    this.rescued = context.metrics.counter(
      'cluster_rescued_total',
      'Calls of a machine that died, with which this one went on',
    )
    this.callBacks = new CallBacks(context, cluster)
    cluster.messages.listen((message) => this.told(message))
    context.memories.add((callId) => {
      this.returns.delete(callId)
      for (const kind of ['ended', 'checkpoint', 'words'] as const) cluster.vault.remove(kind, callId)
    })
  }

  // ---- announcements

  /** Tells every machine. @returns false when too many announcements are pending */
  async announce(callId: string, about: AnnouncedCall): Promise<boolean> {
    const numbered = { ...about, nonce: crypto.randomUUID() }
    if (!this.deps.expected.announce(callId, numbered)) return false
    await this.cluster.messages.tell({ kind: 'announced', callId: callId.toLowerCase(), about: numbered })
    return true
  }

  isExpected(callId: string): boolean {
    return this.deps.expected.has(callId) || this.returns.has(callId)
  }

  /** Consumes an announcement, on all machines. A call that used one of another machine first is dropped. */
  take(callId: string): AnnouncedCall | undefined {
    const about = this.deps.expected.take(callId) ?? this.returns.get(callId)?.about
    if (about?.nonce === undefined) return about
    void this.cluster.messages.tell({ kind: 'taken', callId })
    const key = `${this.cluster.vault.prefix}nonce:${about.nonce}`
    void this.cluster.store.first(key, 2 * announcementMs).then((isFirst) => {
      if (isFirst === false) this.cluster.claims.drop(callId)
    })
    return about
  }

  // ---- calls that come back

  /** What another machine knows of a call; undefined, at once, for a call that has no earlier part. */
  earlierPart(callId: string): Promise<EarlierPart | undefined> | undefined {
    const found = this.returns.get(callId)
    if (found === undefined || found.untilMs < this.context.clock.now()) return undefined
    this.returns.delete(callId)
    void this.cluster.messages.tell({ kind: 'taken', callId })
    return found.why === 'lost' ? this.lostPart(callId) : this.endedPart(callId)
  }

  private async endedPart(callId: string): Promise<EarlierPart | undefined> {
    return endedSchema.safeParse(await this.cluster.vault.take('ended', callId, earlierMs)).data
  }

  private async lostPart(callId: string): Promise<EarlierPart | undefined> {
    const { vault } = this.cluster
    const [kept, words] = await Promise.all([
      vault.get('checkpoint', callId, earlierMs),
      this.wordsOf(callId),
    ])
    const found = keptSchema.safeParse(kept).data
    const checkpoint = readCheckpoint(found?.checkpoint)
    if (checkpoint === undefined) return undefined
    this.rescued.add()
    this.context.log.info('goes on with the call of a machine that died', { callId, state: checkpoint.name })
    const { known, language, recording } = checkpoint
    const { choice, noticeHeard } = recording
    return { known, language, choice, noticeHeard, checkpoint, words, machine: found?.machine }
  }

  private async wordsOf(callId: string): Promise<HistoryEntry[]> {
    const { vault, store } = this.cluster
    const key = vault.key('words', callId)
    const nowMs = this.context.clock.wallMs()
    const lines = (await store.lines(key, '0')) ?? []
    const words: HistoryEntry[] = []
    for (const { line } of lines.slice(-mostWords)) {
      const word = wordSchema.safeParse(vault.open(line, key)).data
      if (word === undefined) continue
      const { who, text, cut, wallMs } = word
      const last = words.at(-1)
      // Keys pressed one after the other are one line, as in the transcript of one machine.
      if (text.startsWith(keysMark) && last?.text.startsWith(keysMark))
        last.text += text.slice(keysMark.length)
      else words.push({ who, text, cut, atMs: Math.round(wallMs - nowMs) })
    }
    return words
  }

  // ---- the dialplan's question

  /** @param mayRescue the dialplan can send the caller to a bot once more */
  async nextStep(callId: string, mayRescue: boolean): Promise<{ text: string } | undefined> {
    const { answer, isLost } = await this.deps.steps.find(callId)
    if (isLost && mayRescue && (await this.isRescued(callId))) return { text: 'bot|\n' }
    return answer
  }

  /** The machine that had the call does not answer: the next one that gets it may go on with it. */
  private async isRescued(callId: string): Promise<boolean> {
    const { claims, vault, messages } = this.cluster
    const owner = await claims.owner(callId)
    if (!owner || owner.rescued) return false
    const kept = keptSchema.safeParse(await vault.get('checkpoint', callId)).data
    // One of a newer version goes to people.
    if (kept === undefined || readCheckpoint(kept.checkpoint) === undefined) return false
    if (!(await claims.markLost(callId, owner.generation))) return false
    const message = { kind: 'returns', callId, why: 'lost', about: kept.about } as const
    this.told(message)
    await messages.tell(message)
    return true
  }

  // ---- between the machines

  /** For the registry. @param continuedElsewhere forgets its part of a call that goes on elsewhere */
  sharing(continuedElsewhere: (callId: string) => void): CallSharing {
    this.continuedElsewhere = continuedElsewhere
    const { claims, vault, messages, members } = this.cluster
    return {
      begin: (callId, onTaken) => claims.begin(callId, onTaken),
      end: (callId) => claims.end(callId),
      isTaken: (callId) => claims.isTaken(callId),
      progressed: (callId, call, event) => {
        if (claims.stateOf(callId) !== 'live') return
        const { known, language } = call.session.dialogue
        this.callBacks.promised(callId, known, language)
        if (event.kind === 'said') this.keepWords(callId, call, hiddenIf(event.hidden, event.entry))
        if (event.kind === 'key') {
          const text = keysMark + (event.hidden ? hiddenKey : event.key)
          this.keepWords(callId, call, { who: 'caller', text, atMs: event.atMs, cut: false })
        }
        const isAnswering = event.kind === 'speaking' && event.who === 'agent' && event.on
        if (isAnswering || event.kind === 'said' || event.kind === 'recording' || event.kind === 'language')
          this.keepCheckpoint(callId, call)
      },
      mayReturn: (callId, { known, language, recording: { choice, noticeHeard } }) => {
        const version = claims.now(callId)
        const ended = { known, language, choice, noticeHeard, machine: members.self()?.url }
        vault.put('ended', callId, ended, { ttlMs: returnMs, version })
        const message = { kind: 'returns', callId, why: 'queue', about: {} } as const
        this.told(message)
        void messages.tell(message)
      },
    }
  }

  private keepCheckpoint(callId: string, { session, start }: SharedCall): void {
    const { claims, vault, members } = this.cluster
    const version = claims.now(callId)
    const { checkpoint } = session.dialogue
    if (checkpoint === undefined) {
      vault.remove('checkpoint', callId, version)
      return
    }
    const about = announcedAgain(start)
    const isLarge = JSON.stringify(checkpoint).length > maxCheckpoint
    const machine = members.self()?.url
    const kept = { checkpoint: isLarge ? { ...checkpoint, used: {} } : checkpoint, about, machine }
    vault.put('checkpoint', callId, kept, { ttlMs: checkpointMs, version })
  }

  private keepWords(callId: string, call: SharedCall, { who, text, atMs, cut }: HistoryEntry): void {
    const { vault, store } = this.cluster
    const key = vault.key('words', callId)
    const word = { who, text, cut, wallMs: call.startedWallMs + atMs }
    store.append(key, vault.seal(word, key), { ttlMs: checkpointMs, keep: mostWords })
  }

  private told(json: unknown): void {
    const message = messageSchema.safeParse(json).data
    // A newer version tells things that this one does not know.
    if (message === undefined) return
    const { callId } = message
    if (message.kind === 'announced') this.deps.expected.announce(callId, message.about)
    else if (message.kind === 'taken') {
      this.deps.expected.take(callId)
      this.returns.delete(callId)
      this.continuedElsewhere(callId)
    } else {
      this.returns.delete(callId)
      for (const oldest of this.returns.keys()) {
        if (this.returns.size < returnCapacity) break
        this.returns.delete(oldest)
      }
      const { why, about } = message
      this.returns.set(callId, { why, about, untilMs: this.context.clock.now() + returnMs })
    }
  }
}
