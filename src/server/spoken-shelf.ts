// Sentences that voices spoke live, shared by the machines: each gives what it spoke, and takes what the others spoke
// into its own memory in the background, so that no call waits for Redis. Sentences with a caller's words, and those of
// the language model, never leave a machine.

import { z } from 'zod'
import { bytesOf, rateHz, samplesOf } from '../audio/pcm.ts'
import type { Timer } from '../base/clock.ts'
import { errorText } from '../base/errors.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { PhraseCache } from '../phrases/cache.ts'
import type { ServerContext } from './context.ts'

/** Sentences that are kept, for how long, and how long each may be: 285 kB in Redis at most. */
const mostSentences = 1_000
const keepMs = 7 * 86_400_000
const longestSamples = 10 * rateHz
/** A message may be lost: each machine looks this often. */
const lookEveryMs = 60_000
/** Part of the key: grows when the form of the sound changes. */
const form = 'slin8-1'

const lineSchema = z.object({ voice: z.string(), language: z.string(), text: z.string() })
type Line = z.infer<typeof lineSchema>
const messageSchema = z.object({ kind: z.literal('spoken') })

export class SpokenShelf {
  private readonly list: string
  private lastId = '0'
  private taking: Promise<void> | undefined
  private timer: Timer | undefined
  private readonly given
  private readonly taken

  /** @param voice `Tts.voiceKey` of the voice in use: sentences of others are not taken */
  constructor(
    private readonly context: Pick<ServerContext, 'clock' | 'log' | 'metrics'>,
    private readonly cluster: Pick<Cluster, 'store' | 'vault' | 'messages'>,
    private readonly phrases: Pick<PhraseCache, 'peek' | 'keep'>,
    private readonly voice: string,
  ) {
    const { metrics, clock } = context
    this.given = metrics.counter('phrase_shared_given_total', 'Sentences spoken here that other machines get')
    this.taken = metrics.counter('phrase_shared_taken_total', 'Sentences that another machine spoke')
    this.list = `${cluster.vault.prefix}spoken`
    cluster.store.onUp(() => void this.take())
    cluster.messages.listen((message) => {
      if (messageSchema.safeParse(message).success) void this.take()
    })
    const lookLater = () => {
      this.timer = clock.at(clock.now() + lookEveryMs, () => {
        void this.take()
        lookLater()
      })
    }
    lookLater()
  }

  /** A voice spoke a sentence that has nothing of a caller in it. Returns at once. */
  give(text: string, language: string, samples: Int16Array, voice: string): void {
    if (samples.length > longestSamples || !this.cluster.store.isUp) return
    // Encrypting 10 s takes some tenths of a millisecond: after the frames that are due.
    setImmediate(() => void this.put({ voice, language, text }, samples))
  }

  close(): void {
    this.timer?.cancel()
  }

  private async put(line: Line, samples: Int16Array): Promise<void> {
    const { store, vault, messages } = this.cluster
    const key = this.keyOf(line)
    const value = vault.seal(Buffer.from(bytesOf(samples)).toString('base64'), key)
    const item = { line: vault.seal(line, this.list), value, ttlMs: keepMs, keep: mostSentences }
    if (!(await store.shelve(this.list, key, item))) return
    this.given.add()
    await messages.tell({ kind: 'spoken' })
  }

  private take(): Promise<void> {
    this.taking ??= this.takeAll()
      .catch((error: unknown) =>
        this.context.log.warn('sentences of other machines were not taken', { error: errorText(error) }),
      )
      .finally(() => {
        this.taking = undefined
      })
    return this.taking
  }

  private async takeAll(): Promise<void> {
    const { store, vault } = this.cluster
    const lines = (await store.lines(this.list, this.lastId)) ?? []
    for (const { id, line } of lines) {
      const known = lineSchema.safeParse(vault.open(line, this.list)).data
      if (known?.voice === this.voice && this.phrases.peek(known.text, known.language) === undefined)
        if (!(await this.takeOne(known))) return
      this.lastId = id
    }
  }

  /** @returns false when Redis did not answer */
  private async takeOne(line: Line): Promise<boolean> {
    const { store, vault } = this.cluster
    const key = this.keyOf(line)
    const sealed = await store.get(key)
    if (sealed === undefined) return false
    const base64 = sealed === null ? undefined : vault.open(sealed, key)
    if (typeof base64 !== 'string') return true
    this.phrases.keep(line.text, line.language, samplesOf(Buffer.from(base64, 'base64')), line.voice)
    this.taken.add()
    return true
  }

  /** Everything that makes the sound: the voice's key has vendor, model, voice and instructions. */
  private keyOf({ voice, language, text }: Line): string {
    const parts = JSON.stringify([form, voice, language, text])
    return this.cluster.vault.key('spoken', new Bun.CryptoHasher('sha256').update(parts).digest('hex'))
  }
}
