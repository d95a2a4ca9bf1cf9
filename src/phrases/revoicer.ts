// Lets the voice in use speak the whole desk, in the background and once: a few sentences at a time, kept in the site
// folder as soon as they are spoken, so that a restart goes on where a kill ended it. When nothing is missing, the set
// goes on air in one step for all calls that begin then. A failure pauses the work with a growing delay.

import { bytesOf, rateHz } from '../audio/pcm.ts'
import { type Clock, waitMs } from '../base/clock.ts'
import { errorText } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { Metrics } from '../base/metrics.ts'
import { ProviderFailure } from '../providers/errors.ts'
import type { Price } from '../providers/prices.ts'
import { usualSPerChar } from '../providers/unspoken.ts'
import { voiceNameOf } from '../providers/voice-key.ts'
import type { Site } from '../site/store.ts'
import type { SpokenSound } from '../site/voice-book.ts'
import { type Finish, type PhraseSpeaker, speakPhrase } from './generate.ts'
import { phraseKey } from './own-set.ts'
import { costText } from './price.ts'
import type { Reloaded } from './read.ts'
import type { Phrase } from './texts.ts'
import type { VoiceState } from './types.ts'

export type RevoicerOptions = {
  site: Pick<Site, 'book' | 'addToBook' | 'store'>
  /** Speaks with the voice in use and no other, and throws when what came is not speech. */
  speaker: PhraseSpeaker
  finish?: Finish
  /** The price of the voice, for the estimate; asked for each time. */
  price: () => Price | undefined
  /** PHRASE_CACHE_MB. */
  megabytes: number
  /** Loads the phrases again and calls `loaded`. @throws {Error} when that is not possible */
  renew: () => Promise<unknown>
  /** Whether such work is held: the server is overloaded, or the day's budget is spent. */
  isHeld?: () => boolean
  clock: Clock
  log: Log
  metrics: Metrics
  /** Why it pauses; undefined when it goes on. */
  onPause: (reason: string | undefined) => void
}

/** Sentences that are spoken at the same time: live calls ask the same vendor. */
const atOnce = 2
const firstPauseMs = 15_000
const longestPauseMs = 3_600_000
/** How often work that is held looks whether it may go on. */
const heldLookMs = 5_000

export class Revoicer {
  private isPaused = false
  private own: Reloaded['own'] | undefined
  private refused: string | undefined
  /** Sentences spoken since the last load. */
  private spoken = new Set<string>()
  private failures = 0
  private isStarted = false
  /** Whether the site folder has taken a change since the last failure. */
  private isWritable = false
  /** How often a sentence has failed: those that fail wait for the others. */
  private readonly tries = new Map<string, number>()
  private working: Promise<void> | undefined
  private readonly ending = new AbortController()
  private readonly gauges

  constructor(private readonly options: RevoicerOptions) {
    const { metrics } = options
    this.gauges = {
      wanted: metrics.gauge(
        'revoice_phrases',
        'Sentences that the voice in use has to speak, whether done or not',
      ),
      done: metrics.gauge('revoice_phrases_done', 'Those that it has spoken'),
      onAir: metrics.gauge(
        'revoice_on_air',
        'Whether calls hear the ready-made sentences in the voice in use',
      ),
      characters: metrics.counter('revoice_characters_total', 'Characters spoken for ready-made sentences'),
      failures: metrics.counter('revoice_failures_total', 'Sentences that the voice in use did not speak'),
    }
  }

  /** After each load of the phrases: once started, it goes on with what is missing then. */
  loaded({ own, ownRefused, bytes }: Pick<Reloaded, 'own' | 'ownRefused' | 'bytes'>): void {
    this.own = own
    this.spoken = new Set()
    this.refused = ownRefused ?? this.tooLarge(own.wanted, bytes)
    this.show()
    this.options.onPause(this.refused)
    if (this.isStarted) void this.work()
  }

  /** Speaks what is missing, and again after later loads. Never rejects. @returns when nothing is left to do */
  work(): Promise<void> {
    this.isStarted = true
    this.working ??= this.run().finally(() => {
      this.working = undefined
      if (this.isNeeded) void this.work()
    })
    return this.working
  }

  get state(): VoiceState {
    const wanted = this.own?.wanted ?? []
    const left = this.left
    return {
      voice: voiceNameOf(this.options.speaker.voice),
      onAir: this.own?.onAir ?? false,
      phase: this.phase,
      phrases: wanted.length,
      done: wanted.length - left.length,
      cost: costText(charactersOf(left), this.options.price()),
    }
  }

  close(): void {
    this.ending.abort()
  }

  private get phase(): VoiceState['phase'] {
    if (this.refused !== undefined) return 'paused'
    if (this.own === undefined || this.own.missing.length === 0) return 'done'
    return this.isPaused ? 'paused' : 'speaking'
  }

  private get isNeeded(): boolean {
    const { missing = [] } = this.own ?? {}
    return missing.length > 0 && this.refused === undefined && !this.ending.signal.aborted
  }

  /** Before anything is bought: whether both sets fit. The second is estimated from its text. */
  private tooLarge(wanted: readonly Phrase[], bytes: number): string | undefined {
    const needed = (bytes + charactersOf(wanted) * usualSPerChar * rateHz * 2) / 1_048_576
    if (needed <= this.options.megabytes) return undefined
    const voice = voiceNameOf(this.options.speaker.voice)
    const given = this.options.megabytes
    return `the phrases in ${voice} too need about PHRASE_CACHE_MB=${Math.ceil(needed)}; it is ${given}`
  }

  private get left(): Phrase[] {
    return (this.own?.missing ?? []).filter((phrase) => !this.spoken.has(phraseKey(phrase)))
  }

  private async run(): Promise<void> {
    const { clock, log, speaker, isHeld = () => false } = this.options
    const wasNeeded = this.isNeeded
    if (wasNeeded)
      log.info('the phrases are spoken in the voice in use', {
        voice: voiceNameOf(speaker.voice),
        phrases: this.left.length,
        cost: costText(charactersOf(this.left), this.options.price()),
      })
    while (this.isNeeded) {
      if (isHeld() && !(await waitMs(clock, heldLookMs, this.ending.signal))) return
      if (isHeld()) continue
      try {
        await this.goOn()
        this.failures = 0
        this.isPaused = false
        this.options.onPause(this.refused)
      } catch (error) {
        if (!this.ending.signal.aborted) await this.pause(error)
      }
      this.show()
    }
    if (wasNeeded && this.own?.onAir)
      log.info('the phrases are in the voice in use', { voice: voiceNameOf(speaker.voice) })
  }

  /** Speaks a few sentences, or puts the whole set on air. @throws what the voice, the disk or the load throws */
  private async goOn(): Promise<void> {
    const { site, speaker, renew } = this.options
    const { missing, damaged, languages } = this.own!
    const book = await site.book(speaker.voice)
    // The command may have spoken them meanwhile, in another process.
    for (const key of missing.map(phraseKey))
      if (key in book.sounds && !damaged.has(key)) this.spoken.add(key)
    const { left } = this
    const triesOf = (phrase: Phrase) => this.tries.get(phraseKey(phrase)) ?? 0
    const some = left.toSorted((a, b) => triesOf(a) - triesOf(b)).slice(0, atOnce)
    if (left.length === 0) {
      await site.addToBook(speaker.voice, { whole: languages })
      await renew()
      return
    }
    // A folder that cannot be written shows before anything is bought.
    if (!this.isWritable) await site.addToBook(speaker.voice, {})
    this.isWritable = true
    await this.speak(some)
  }

  private async speak(phrases: readonly Phrase[]): Promise<void> {
    const { site, speaker } = this.options
    const sounds: Record<string, SpokenSound> = {}
    const results = await Promise.allSettled(
      phrases.map(async (phrase) => {
        sounds[phraseKey(phrase)] = await this.speakOne(phrase)
      }),
    )
    const wanted = new Set(this.own?.wanted.map(phraseKey))
    await site.addToBook(speaker.voice, { sounds, isWanted: (key) => wanted.has(key) })
    for (const key of Object.keys(sounds)) this.spoken.add(key)
    const failed = results.find((result) => result.status === 'rejected')
    if (failed) throw failed.reason
  }

  private async speakOne(phrase: Phrase): Promise<SpokenSound> {
    const { site, speaker, finish } = this.options
    const key = phraseKey(phrase)
    try {
      const samples = await speakPhrase(phrase, speaker, finish)
      this.gauges.characters.add(phrase.text.length)
      return { sha256: await site.store(bytesOf(samples), 'raw'), samples: samples.length }
    } catch (error) {
      this.gauges.failures.add()
      this.tries.set(key, (this.tries.get(key) ?? 0) + 1)
      throw error
    }
  }

  private async pause(error: unknown): Promise<void> {
    const { clock, log, onPause } = this.options
    const asked = error instanceof ProviderFailure ? (error.retryAfterMs ?? 0) : 0
    const delayMs = Math.max(asked, Math.min(longestPauseMs, firstPauseMs * 2 ** this.failures++))
    const { voice, done, phrases } = this.state
    const reason = `${voice} has spoken ${done} of ${phrases} phrases and pauses: ${errorText(error)}`
    log.warn('the voice in use does not speak the phrases for now', {
      voice,
      reason: errorText(error),
      delayMs,
    })
    this.isPaused = true
    this.isWritable = false
    onPause(reason)
    this.show()
    await waitMs(clock, delayMs, this.ending.signal)
  }

  private show(): void {
    const { phrases, done, onAir } = this.state
    this.gauges.wanted.value = phrases
    this.gauges.done.value = done
    this.gauges.onAir.value = onAir ? 1 : 0
  }
}

const charactersOf = (phrases: readonly Phrase[]): number =>
  phrases.reduce((sum, { text }) => sum + text.length, 0)
