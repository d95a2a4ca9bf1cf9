// Turns for a recogniser whose server does not end them: our own voice detector does, by the rules that Whisper's
// utterances are cut by. At the end of an utterance the recogniser is asked for its final text, which ends the turn.

import { rateHz } from '../../audio/pcm.ts'
import type { SttEvent, SttHints } from '../stt.ts'
import { type FrameVad, utteranceDefaults } from '../utterance.ts'

const { endMs, minSpeechMs } = utteranceDefaults
/** A long silence is finished too, so that no server carries minutes of it along. */
const renewMs = 20_000

export class OwnTurns {
  expect: SttHints['expect'] = 'open'
  private isSpeaking = false
  private speechMs = 0
  private silenceMs = 0
  /** An utterance has ended, and its final text has not come yet. */
  private isDue = false

  /** @param finalize asks the recogniser for its final text */
  constructor(
    private readonly vad: FrameVad,
    private readonly onEvent: (event: SttEvent) => void,
    private readonly finalize: () => void,
  ) {}

  /** @param frame that the recogniser has got already */
  write(frame: Int16Array): void {
    const frameMs = (frame.length * 1_000) / rateHz
    if (this.vad.push(frame) === 'speech') {
      this.silenceMs = 0
      this.speechMs += frameMs
      if (this.isSpeaking) return
      this.isSpeaking = true
      this.onEvent({ kind: 'speechStarted' })
      return
    }
    this.silenceMs += frameMs
    if (this.isSpeaking) this.end()
    else if (this.silenceMs >= renewMs) {
      this.silenceMs = 0
      this.finalize()
    }
  }

  /** Passes an event of the recogniser on, and the end of the turn after its final text. */
  hear(event: SttEvent): void {
    this.onEvent(event)
    // The request was lost with the connection.
    if (event.kind === 'link' && event.state === 'open' && this.isDue) this.finalize()
    if (event.kind !== 'transcript' || !event.isFinal) return
    this.isDue = false
    if (!this.isSpeaking) this.onEvent({ kind: 'endOfTurn' })
  }

  private end(): void {
    if (this.silenceMs < endMs[this.expect]) return
    this.isSpeaking = false
    const enough = this.speechMs >= minSpeechMs
    this.speechMs = 0
    if (!enough) return
    this.isDue = true
    this.finalize()
  }
}
