// How the page /call looks in each state of a call. The style sheet shows and hides by `data-state`.

import type { CallTexts } from '../../call/fr.ts'
import { byId, clockTime } from '../elements.ts'
import type { Call } from '../phone/phone.ts'
import { RollingWave } from '../wave.ts'
import { words } from './words.ts'

export type State = 'idle' | 'connecting' | 'live' | 'reconnecting' | 'ended'

/** What the page shows besides the transcript. Sentences are functions, because the language can change. */
type Shown = {
  state: State
  /** Who speaks just now. */
  speaking: string
  /** What went wrong or is missing, and what to do; how the call ended. */
  notice: (texts: CallTexts) => string | undefined
  /** By which way the call goes, when it is not the best one. */
  way: (texts: CallTexts) => string | undefined
}

const drawEveryMs = 33

export class View {
  private readonly phone = byId('phone')
  private readonly button = byId('call') as HTMLButtonElement
  private readonly wave = new RollingWave(byId('wave') as HTMLCanvasElement, 112)
  private readonly shown: Shown = { state: 'idle', speaking: 'nobody', notice: () => '', way: () => '' }
  private drawing: ReturnType<typeof setInterval> | undefined

  /** Changes what is given, and writes all words anew. */
  show(change: Partial<Shown> = {}): void {
    Object.assign(this.shown, change)
    const { state, speaking, notice, way } = this.shown
    const texts = words()
    this.phone.dataset.state = state
    this.phone.dataset.speaking = speaking
    const isOn = state === 'live' || state === 'reconnecting'
    this.button.disabled = state === 'connecting'
    this.button.textContent = isOn ? texts.hangUp : state === 'ended' ? texts.callAgain : texts.call
    write('state', this.stateText(texts))
    write('notice', notice(texts) ?? '')
    write('way', way(texts) ?? '')
  }

  /** Shows the sound and the duration until `stop`. */
  follow({ levels }: Call): void {
    const startMs = performance.now()
    // The button was disabled while it connected, and has lost the focus of the keyboard.
    this.button.focus({ preventScroll: true })
    this.drawing = setInterval(() => {
      const { caller, agent } = levels()
      this.wave.push(caller, agent)
      byId('duration').textContent = clockTime(performance.now() - startMs)
    }, drawEveryMs)
  }

  stop(): void {
    clearInterval(this.drawing)
  }

  private stateText({ connecting, live, reconnecting, ended, agentSpeaks, callerSpeaks }: CallTexts): string {
    const { state, speaking } = this.shown
    if (state !== 'live') return { idle: '', connecting, reconnecting, ended }[state]
    return { agent: agentSpeaks, caller: callerSpeaks }[speaking] ?? live
  }
}

/** A screen reader reads a status again when it is written again, so the same words are left alone. */
function write(id: string, text: string): void {
  const element = byId(id)
  if (element.textContent !== text) element.textContent = text
}
