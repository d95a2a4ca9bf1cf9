// The card of the open call: who calls, state, who speaks, waveform, latencies, transcript, and what acts on the call.

import type { TurnLatency } from '../../../call/events.ts'
import type { Party } from '../../../call/history.ts'
import type { CallRow } from '../../../calls/rows.ts'
import type { CallInfo } from '../../../calls/views.ts'
import { openSocket, post } from './api.ts'
import { adaptersText, heldText, type Line, languageName, lineItem, sayForms } from './card-parts.ts'
import { consentText } from './consent.ts'
import { button, dialledText, nameOf, texts } from './dom.ts'
import { clockTime, h } from './elements.ts'
import { latencyBars, latencyKey, showLatency } from './latency.ts'
import { Loudspeaker } from './loudspeaker.ts'
import { whoOf } from './rows.ts'
import { SupervisorLine } from './supervisor.ts'
import { RollingWave, stereoPeaks } from './wave.ts'

export class CallCard {
  readonly root: HTMLElement
  private readonly startedMs: number
  private readonly who = h('h3', { tabindex: -1 }, texts.openCall)
  private readonly facts = h('small', { class: 'fact' })
  private readonly state = h('strong', { class: 'state' })
  private readonly speaking = h('span', { class: 'speaking' })
  private readonly duration = h('time')
  private readonly consent = h('small', { class: 'fact' })
  private readonly language = h('small', { class: 'fact' })
  private readonly held = h('small', { class: 'fact' })
  private readonly echo = h('small', { class: 'fact' })
  private readonly wave = h('canvas', { width: 560, height: 80 })
  private readonly latencies = latencyBars()
  private readonly lines = h('ol', { class: 'lines', 'aria-live': 'polite' })
  private readonly loudspeaker = new Loudspeaker()
  private readonly socket: WebSocket
  /** The unfinished line of each side. */
  private interim: { [who in Party]?: HTMLElement | undefined } = {}
  /** The line of the keys that the caller is pressing. */
  private keys: HTMLElement | undefined
  private hasEnded = false
  /** The operator speaks in the bot's place. */
  private line: SupervisorLine | undefined

  /** @param close called when the operator closes the card */
  constructor(call: CallInfo, close: () => void) {
    this.startedMs = performance.now() - call.durationMs
    const path = `/api/calls/${call.id}`
    this.socket = this.openAudio(path)
    this.root = h(
      'article',
      { class: 'card', 'data-open': call.id, 'aria-label': texts.openCall },
      h(
        'header',
        { class: 'row' },
        this.who,
        this.state,
        this.speaking,
        h('span', { class: 'grow' }),
        this.duration,
        button(texts.close, close, { class: 'quiet close' }),
      ),
      this.facts,
      h('small', { class: 'fact' }, `${call.id.slice(0, 8)} · ${adaptersText(call.adapters)}`),
      this.language,
      this.consent,
      this.held,
      this.echo,
      this.wave,
      this.latencies,
      latencyKey(),
      this.lines,
      h(
        'div',
        { class: 'row' },
        this.listenButton(),
        this.takeOverButton(path),
        button(texts.transfer, async () => void (await post(`${path}/transfer`))),
        button(texts.hangup, async () => void (await post(`${path}/hangup`)), { class: 'danger' }),
        ...sayForms(path),
      ),
    )
    this.showState(call.state)
    for (const { language } of call.languages) this.showLanguage(language)
    this.showConsent(call.recording)
    this.showHeld(call.held)
    this.showEcho(call.echo)
    this.showDuration()
    this.showSpeaking(call.speaking)
    for (const line of call.transcript) this.showWords(line, true)
    for (const latency of call.latencies) this.showLatency(latency)
  }

  /** What the table knows of the call. */
  showRow(row: CallRow): void {
    this.who.textContent = whoOf(row)
    const facts = [
      row.dialled === null ? '' : `${texts.columns.dialled} : ${dialledText(row.dialled)}`,
      row.topic === null ? '' : `${texts.columns.topic} : ${nameOf(row.topic)}`,
    ]
    this.facts.textContent = facts.filter((fact) => fact !== '').join(' · ')
  }

  /** Puts the keyboard here. */
  focus(): void {
    this.who.focus()
  }

  showState(name: string): void {
    this.state.textContent = nameOf(name)
  }

  /** The language in which the call is now, behind those in which it was. */
  showLanguage(code: string): void {
    const before = this.language.textContent
    this.language.textContent = `${before === '' ? `${texts.callLanguage}: ` : `${before} → `}${languageName(code)}`
  }

  /** What the caller knows of the recording, and chose. */
  showConsent(recording: CallInfo['recording']): void {
    this.consent.textContent = consentText(recording)
  }

  /** How many of the language model's sentences were held back, and why. */
  showHeld(held: CallInfo['held']): void {
    this.held.textContent = heldText(held)
  }

  /** How loud and how late the agent comes back from the caller's telephone. */
  showEcho(echo: CallInfo['echo']): void {
    this.echo.textContent = echo ? `${texts.echo}: ${echo.levelDb} dB, ${echo.delayMs} ms` : ''
  }

  showSpeaking(who: CallInfo['speaking']): void {
    this.speaking.className = `speaking ${who}`
    this.speaking.textContent = who === 'caller' ? texts.caller : who === 'agent' ? texts.agent : ''
  }

  /** Adds a line; the next line of the same side replaces one that is not final. */
  showWords(line: Line, isFinal: boolean): void {
    const item = lineItem(line)
    const unfinished = this.interim[line.who]
    this.interim[line.who] = undefined
    this.keys = undefined
    if (!isFinal) {
      item.classList.add('interim')
      this.interim[line.who] = item
    }
    if (unfinished) unfinished.replaceWith(item)
    else this.append(item)
  }

  /** Keys pressed one after the other form one line, as in the record. */
  showKey(key: string): void {
    if (this.keys) {
      this.keys.append(key)
      return
    }
    this.keys = lineItem({ who: 'caller', text: `⌨ ${key}` })
    this.append(this.keys)
  }

  showLatency(latency: TurnLatency): void {
    showLatency(this.latencies, latency)
  }

  showDuration(): void {
    if (!this.hasEnded) this.duration.textContent = clockTime(performance.now() - this.startedMs)
  }

  /** Shows the outcome and disables the buttons. */
  end(outcome: string): void {
    this.hasEnded = true
    this.showState(outcome)
    this.root.classList.add('ended')
    for (const control of this.root.querySelectorAll('button:not(.close), input'))
      control.setAttribute('disabled', '')
    this.closeAudio()
  }

  remove(): void {
    this.closeAudio()
    this.root.remove()
  }

  private openAudio(path: string): WebSocket {
    const wave = new RollingWave(this.wave)
    const socket = openSocket(`${path}/listen`)
    socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
      const samples = new Int16Array(data)
      wave.push(...stereoPeaks(samples))
      if (this.line) this.line.play(samples)
      else this.loudspeaker.playStereo(samples)
    }
    return socket
  }

  private closeAudio(): void {
    this.socket.close()
    this.line?.close()
    this.loudspeaker.stop()
  }

  private listenButton(): HTMLButtonElement {
    const listen = button(texts.listen, async () => {
      const isOn = await this.loudspeaker.toggle()
      listen.textContent = isOn ? texts.mute : texts.listen
      listen.setAttribute('aria-pressed', String(isOn))
    })
    return listen
  }

  private takeOverButton(path: string): HTMLButtonElement {
    const label = () => {
      takes.textContent = this.line ? texts.handBack : texts.takeOver
      this.root.classList.toggle('taken', this.line !== undefined)
    }
    const takes = button(texts.takeOver, async () => {
      if (this.line) return this.line.handBack()
      this.line = await SupervisorLine.open(path, () => {
        this.line = undefined
        label()
      })
      label()
    })
    return takes
  }

  private append(item: HTMLElement): void {
    // Scroll along only when the list is at its end: otherwise someone has scrolled up to read.
    const { lines } = this
    const isAtEnd = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 40
    lines.append(item)
    if (isAtEnd) lines.scrollTop = lines.scrollHeight
  }
}
