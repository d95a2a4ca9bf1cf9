// Does the caller speak? Three witnesses per frame: energy over the line's noise, a neural judge that is asked
// while there is energy, and the level over the voices that were on the line before (foreground.ts). The judge
// knows voices from coughs, keys, music and noise; the level knows the caller from voices behind him and from the
// agent's echo. When the judge has no answer, the gate that needs none (vad.ts) takes its place.

import { Foreground } from './foreground.ts'
import { frameMs } from './pcm.ts'
import { Vad, type Voice } from './vad.ts'

/** What is asked about one call. It may answer later than it is asked; src/audio/voice-judge.ts is one. */
export type SpeechJudge = {
  /** @param frame 160 samples, copied; @param asked whether there is energy */
  push(frame: Int16Array, asked: boolean): void
  /** That speech was in the newest window that was judged since the asking began; undefined before its answer. */
  readonly probability: number | undefined
  /** Nobody answers, or too late: do without. */
  readonly absent: boolean
  reset(): void
  close(): void
}

export type DetectorOptions = {
  /** A frame this much above the line's noise, and no lower than `minDb`, has energy. */
  marginDb: number
  minDb: number
  /** Three such frames begin the asking; it ends so long after the last. */
  askMs: number
  /** A probability this high begins speech, and this high continues it: */
  startProbability: number
  stayProbability: number
  /** the same while the agent speaks. */
  agentStartProbability: number
  agentStayProbability: number
  /** Speech outlasts the judge's last yes by this. */
  hangMs: number
  /** Speech must stand out this far while the agent speaks, above a background of `agentLeastDb` at the least, */
  agentAboveDb: number
  agentLeastDb: number
  /** and otherwise this far above `leastDb`. */
  aboveDb: number
  leastDb: number
  /** Nobody speaks so long without a pause: what sounds then is the line. */
  maxSpeechMs: number
}

/** Chosen with the table of `bun test/bench/vad.ts`; the echo of a phrase 20 dB below the agent is at −40 dB. */
export const detectorDefaults = {
  marginDb: 4,
  minDb: -46,
  askMs: 400,
  startProbability: 0.5,
  stayProbability: 0.35,
  agentStartProbability: 0.85,
  agentStayProbability: 0.5,
  hangMs: 240,
  agentAboveDb: 4.5,
  agentLeastDb: -42,
  aboveDb: 3.5,
  leastDb: -55,
  maxSpeechMs: 20_000,
} as const satisfies DetectorOptions

/** The judge's first yes comes this long after the voice began: three frames, half a window, the way. */
const answerMs = 100
const startFrames = 3
/** In its first second a call's background is unknown: nobody is cut by it, and the agent hears whoever speaks. */
const learntFrames = 50

/** One side of one call; what `VoiceDetector` of src/call/sound/voice-watch.ts asks for. Nothing is allocated per frame. */
export class Detector {
  private readonly options: DetectorOptions
  private readonly vad = new Vad()
  private readonly foreground = new Foreground()
  private speaking = false
  private ms = 0
  private quietMs = 0
  /** Frames with energy in this asking, and frames since the last of them. */
  private run = 0
  private missed = 0
  /** Since the first frame with energy of this asking; 0 when nobody is asked. */
  private askedMs = 0
  /** Since the judge's first yes of this asking, and since its last. */
  private yesMs = 0
  private noMs = 0

  constructor(
    private readonly judge: SpeechJudge,
    options: Partial<DetectorOptions> = {},
  ) {
    this.options = { ...detectorDefaults, ...options }
  }

  /** How long the present speech has lasted up to now; 0 in silence. */
  get speechMs(): number {
    return this.speaking ? this.ms : 0
  }

  /** Since the last frame like speech, or since the beginning. */
  get silenceMs(): number {
    return this.quietMs
  }

  /**
   * Hears the next frame.
   *
   * @param frame 160 samples of 8 kHz, left alone
   * @param agentSpeaks whether the agent's voice may come back as echo now
   */
  push(frame: Int16Array, agentSpeaks: boolean): Voice {
    const { judge, vad } = this
    const { absent } = judge
    const gate = vad.push(frame, agentSpeaks && absent) === 'speech'
    this.feel(vad.silenceMs === 0)
    judge.push(frame, this.askedMs > 0)
    const voice = this.askedMs > 0 && (absent ? gate : this.hears(judge.probability, agentSpeaks))
    const other = vad.shape === 'voice' && vad.levelDb >= this.options.minDb ? 'voice' : 'none'
    this.foreground.push(vad.levelDb, this.speaking ? 'caller' : other)
    if (!voice) this.speaking = false
    else if (this.speaking) this.go()
    else if (this.standsOut(agentSpeaks)) this.begin(agentSpeaks, absent)
    if (this.speaking) this.quietMs = Math.max(this.missed * frameMs, absent ? 0 : this.noMs)
    else this.quietMs += frameMs
    return this.speaking ? 'speech' : 'silence'
  }

  /** Forgets everything, for the next call. */
  reset(): void {
    this.vad.reset()
    this.foreground.reset()
    this.judge.reset()
    this.speaking = false
    this.ms = 0
    this.quietMs = 0
    this.run = 0
    this.missed = 0
    this.askedMs = 0
    this.yesMs = 0
    this.noMs = 0
  }

  /**
   * The caller was understood: the voices of late were his. Who speaks from a call's first moment on is a background
   * by his level alone.
   */
  understood(): void {
    this.foreground.forget()
  }

  /** Gives the judge's place back. */
  close(): void {
    this.judge.close()
  }

  /** Energy begins, goes on or ends. @param gate whether the gate takes this frame for speech */
  private feel(gate: boolean): void {
    const { vad, options } = this
    if (gate || vad.levelDb >= Math.max(options.minDb, vad.floorDb + options.marginDb)) {
      this.run++
      this.missed = 0
    } else this.missed++
    if (this.askedMs > 0) this.askedMs += frameMs
    else if (this.run >= startFrames) this.askedMs = this.run * frameMs
    if (this.askedMs > 0 ? this.missed * frameMs <= options.askMs : this.missed <= 1) return
    this.run = 0
    this.askedMs = 0
    this.yesMs = 0
  }

  /** Whether the judge says so, or did until a moment ago. */
  private hears(probability: number | undefined, agentSpeaks: boolean): boolean {
    const { options } = this
    const { hangMs } = options
    const start = agentSpeaks ? options.agentStartProbability : options.startProbability
    const stay = agentSpeaks ? options.agentStayProbability : options.stayProbability
    const heard = this.yesMs > 0
    if (probability !== undefined && probability >= (heard ? stay : start)) this.noMs = 0
    else this.noMs += frameMs
    if (heard ? this.noMs > hangMs : this.noMs > 0) {
      this.yesMs = 0
      return false
    }
    this.yesMs += frameMs
    return true
  }

  private standsOut(agentSpeaks: boolean): boolean {
    const { agentAboveDb, agentLeastDb, aboveDb, leastDb } = this.options
    const { foreground } = this
    const learnt = foreground.frames >= learntFrames
    if (agentSpeaks) return learnt && foreground.aboveDb(agentLeastDb) >= agentAboveDb
    return !learnt || foreground.aboveDb(leastDb) >= aboveDb
  }

  private begin(agentSpeaks: boolean, absent: boolean): void {
    const { agentAboveDb, agentLeastDb, aboveDb, leastDb } = this.options
    const [above, least] = agentSpeaks ? [agentAboveDb, agentLeastDb] : [aboveDb, leastDb]
    const loudMs = this.foreground.loudFrames(least, above) * frameMs
    this.speaking = true
    this.ms = Math.max(frameMs, Math.min(this.askedMs, loudMs, absent ? loudMs : this.yesMs + answerMs))
    this.foreground.claim(this.ms / frameMs)
  }

  private go(): void {
    this.ms += frameMs
    if (this.ms <= this.options.maxSpeechMs) return
    this.speaking = false
    this.foreground.settle()
  }
}
